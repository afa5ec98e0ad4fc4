// The calling board, renewed every second from /v1/tickets/board.  Only texts of existing elements
// change; after 20 seconds without an answer the board says so, and goes on by itself afterwards.
const board = document.getElementById('board');
const rows = [...document.querySelectorAll('#called tbody tr')];
const next = document.getElementById('next');
const lost = document.getElementById('lost');
const clock = document.getElementById('clock');
const address = '/v1/tickets/board?hall=' + encodeURIComponent(board.dataset.hall);
let answered = Date.now();
let heard = null;

const name = (t) => (t.card ? board.dataset.card + ' ' + t.card : t.label);

function show(b) {
  rows.forEach((row, i) => {
    const t = b.called[i];
    row.className = t && t.state === 'called' ? 'now' : 'past';
    row.cells[0].textContent = t ? name(t) : '';
    row.cells[1].textContent = t ? board.dataset.counter + ' ' + t.counter : '';
  });
  next.querySelectorAll('b').forEach((e) => e.remove());
  for (const t of b.next) {
    const e = document.createElement('b');
    e.textContent = name(t);
    next.append(' ', e);
  }
  clock.textContent = b.time.slice(11, 16);
  const latest = b.called[0] ? b.called[0].ticket + ' ' + b.called[0].calls : '';
  if (heard !== null && latest && latest !== heard) {
    rows[0].classList.add('fresh');
    setTimeout(() => rows[0].classList.remove('fresh'), 8000);
  }
  heard = latest;
}

async function turn() {
  try {
    const r = await fetch(address, { signal: AbortSignal.timeout(5000), cache: 'no-store' });
    if (r.ok) {
      show(await r.json());
      answered = Date.now();
    }
  } catch {
    // told below when it lasts
  }
  lost.hidden = Date.now() - answered < 20000;
  setTimeout(turn, 1000);
}
turn();
