-- Its owner deletes a saved report; what it froze stays.
SELECT motcua.saved_delete($1::int8, $2::int8)
