// Waiting times on the kiosk's buttons are renewed while nobody touches it; whoever chose a language or
// a priority and went away leaves no trace for the next one.
const home = document.body.querySelector('main').dataset.home;
let timer;
const idle = () => {
  clearTimeout(timer);
  timer = setTimeout(() => location.replace(home), 30000);
};
for (const kind of ['pointerdown', 'keydown', 'input']) addEventListener(kind, idle);
idle();
