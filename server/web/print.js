// The slip of a kiosk goes to the printer by itself; the page then leads back to the first one.
addEventListener('load', () => {
  window.print();
  setTimeout(() => location.replace(document.querySelector('a.touch').href), 8000);
});
