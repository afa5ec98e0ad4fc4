// Lời của màn hình giám sát và quản trị.
export default {
};
