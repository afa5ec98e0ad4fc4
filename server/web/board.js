// The calling board: an event stream says that something has changed, /v1/tickets/board what stands there now.  Where no
// stream can be had, or it is dead, that is asked so often that a call stands there within a second.  Only texts of existing
// elements change; after 20 seconds without an answer the board says so, and goes on by itself afterwards.
const board = document.getElementById('board');
const rows = [...document.querySelectorAll('#called tbody tr')];
const next = document.getElementById('next');
const lost = document.getElementById('lost');
const clock = document.getElementById('clock');
const hall = '?hall=' + encodeURIComponent(board.dataset.hall);
const AGAIN_MS = 800;
const HEARING_MS = 10000; // between looks while the stream lives: for the clock, and to know that the link does
const DEAF_MS = 40000; // the stream beats every 15 seconds
const REOPEN_MS = 10000;
let answered = Date.now();
let beaten = 0; // when the stream was heard last; 0: there is none
let timer = null;
let asking = false;
let again = false;
let heard = null;

// A call is heard: two tones, made here.  A browser is silent until somebody has touched the page (or it was started with
// --autoplay-policy=no-user-gesture-required): until then a button says so.
const sound = document.getElementById('sound');
const audio = new AudioContext();
const TONES = [659, 523]; // hertz, one after the other
const TONE_S = 0.35;
audio.onstatechange = () => {
  sound.hidden = audio.state === 'running';
};
audio.onstatechange();
sound.onclick = () => void audio.resume();
function chime() {
  if (audio.state !== 'running') return;
  TONES.forEach((hertz, i) => {
    const tone = new OscillatorNode(audio, { frequency: hertz });
    const loud = new GainNode(audio);
    const at = audio.currentTime + i * TONE_S;
    loud.gain.setValueAtTime(0.4, at);
    loud.gain.exponentialRampToValueAtTime(0.001, at + 2 * TONE_S);
    tone.connect(loud).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 2 * TONE_S);
  });
}

const name = (t) => (t.card ? board.dataset.card + ' ' + t.card : t.label);

function show(b) {
  rows.forEach((row, i) => {
    const t = b.called[i];
    row.className = t && t.state === 'called' ? 'now' : 'past';
    row.cells[0].textContent = t ? name(t) : '';
    row.cells[1].textContent = t ? board.dataset.counter + ' ' + t.counter : '';
  });
  next.replaceChildren(next.firstElementChild, ...b.next.flatMap((t) => {
    const e = document.createElement('b');
    e.textContent = name(t);
    return [' ', e]; // the blanks go with what they stand before
  }));
  clock.textContent = b.time.slice(11, 16);
  const latest = b.called[0] ? b.called[0].ticket + ' ' + b.called[0].calls : '';
  if (heard !== null && latest && latest !== heard) {
    chime();
    rows[0].classList.add('fresh');
    setTimeout(() => rows[0].classList.remove('fresh'), 8000);
  }
  heard = latest;
}

const hears = () => Math.abs(Date.now() - beaten) < DEAF_MS;

async function turn() {
  again = asking;
  if (asking) return; // once more when this answer is here
  asking = true;
  clearTimeout(timer);
  let good = false;
  try {
    const r = await fetch('/v1/tickets/board' + hall, { signal: AbortSignal.timeout(5000), cache: 'no-store' });
    if (r.ok) {
      show(await r.json());
      answered = Date.now();
      good = true;
    }
  } catch {
    // told below when it lasts
  }
  asking = false;
  lost.hidden = Date.now() - answered < 20000;
  timer = setTimeout(turn, again ? 0 : good && hears() ? HEARING_MS : AGAIN_MS);
}

function listen() {
  const source = new EventSource('/v1/tickets/board/events' + hall);
  const heard = () => {
    beaten = Date.now();
  };
  const look = () => {
    heard();
    void turn();
  };
  source.addEventListener('beat', heard);
  for (const kind of ['ready', 'ticket', 'resync']) source.addEventListener(kind, look);
  source.onerror = () => {
    beaten = 0;
    void turn();
  };
  const watch = setInterval(() => {
    // Refused, or dead without a word, as after a sleep.
    if (hears() || (!beaten && source.readyState !== EventSource.CLOSED)) return;
    clearInterval(watch);
    source.close();
    beaten = 0;
    listen();
  }, REOPEN_MS);
}

void turn();
if (window.EventSource) listen();
// Awake again: nothing on the board is believed that was not just asked.
for (const what of ['online', 'pageshow']) addEventListener(what, () => void turn());
document.addEventListener('visibilitychange', () => void turn());
