-- Its author gives it up.
SELECT motcua.study_cancel($1::int8, $2::int8)
