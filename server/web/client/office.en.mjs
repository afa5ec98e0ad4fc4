// Words of the screens for supervisors and administrators; the same keys as office.vi.mjs.
export default {
};
