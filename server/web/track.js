// The code of a receipt may lead here with both codes behind '#', where no server sees or keeps them:
// they are put into the form, which is then sent as if typed.  Without scripts they are typed.
const [code, secret] = decodeURIComponent(location.hash.slice(1)).split('/');
if (code && secret) {
  history.replaceState(null, '', location.pathname + location.search);
  document.getElementById('code').value = code;
  document.getElementById('secret').value = secret;
  document.querySelector('main form').requestSubmit();
}
