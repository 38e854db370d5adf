// The paths of a namespace by workload and node, or those of a node.

import { h } from './preact.js';

export function Paths() {
  return null;
}
