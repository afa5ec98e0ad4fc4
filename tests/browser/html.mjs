// What html-validate holds the rendered pages to.  A rule that is off or narrowed has its reason beside it.
const off = 'off';
export default {
  root: true,
  extends: ['html-validate:recommended', 'html-validate:a11y'],
  rules: {
    // Without a script the calling board renews itself and the kiosk goes back to its first page.
    'meta-refresh': off,
    // The official name of a procedure is the title of its page, however long the law made it.
    'long-title': off,
    // The page is read back from the browser, which writes every attribute with a value.
    'attribute-boolean-style': off,
    'attribute-empty-style': off,
    // Style attributes in markup are refused by the policy; what stands there was set through the CSSOM
    // by a test's tool, and is empty.
    'no-inline-style': off,
    // A list beside a field of the role combobox is what ARIA asks for; a select cannot be searched by word.
    'prefer-native-element': ['error', { exclude: ['listbox'] }],
    // A list may bear a name (ARIA 1.2): the tracker of steps does.
    'aria-label-misuse': ['error', { allowAnyNamable: true }],
  },
};
