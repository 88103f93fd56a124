export { archive } from '../src/api/archive';
