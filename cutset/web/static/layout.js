// Where the nodes of a graph stand: lines pull as springs do, nodes push one another away (Fruchterman and Reingold,
// "Graph drawing by force-directed placement", 1991). The same graph always stands the same way: nothing is drawn by lot.
const TURNS = 120, REACH = 8, GOLDEN = Math.PI * (3 - Math.sqrt(5)), TOWARDS = 0.06;

// `lines` are pairs of numbers of nodes below `count`; `length` is how long a line would like to be. x and y in turn.
export function places(count, lines, length = 60) {
  const at = new Float64Array(2 * count), push = new Float64Array(2 * count);
  const order = outward(count, lines), reach = (REACH * length) ** 2, square = length * length;
  // Begun on a spiral in the order in which the graph spreads from its hubs: neighbours stand near one another already.
  order.forEach((node, turn) => {
    at[2 * node] = length * 0.7 * Math.sqrt(turn) * Math.cos(turn * GOLDEN);
    at[2 * node + 1] = length * 0.7 * Math.sqrt(turn) * Math.sin(turn * GOLDEN);
  });
  for (let turn = 0; turn < TURNS; turn += 1) {
    push.fill(0);
    for (let one = 0; one < 2 * count; one += 2)
      for (let other = one + 2; other < 2 * count; other += 2) {
        const x = at[one] - at[other], y = at[one + 1] - at[other + 1], far = x * x + y * y + 1e-6;
        if (far > reach) continue;
        const force = square / far;
        push[one] += x * force; push[one + 1] += y * force;
        push[other] -= x * force; push[other + 1] -= y * force;
      }
    for (const [one, other] of lines) {
      const x = at[2 * one] - at[2 * other], y = at[2 * one + 1] - at[2 * other + 1], force = Math.hypot(x, y) / length;
      push[2 * one] -= x * force; push[2 * one + 1] -= y * force;
      push[2 * other] += x * force; push[2 * other + 1] += y * force;
    }
    // Each turn moves less than the one before. What hangs on nothing is kept from drifting away.
    const most = length * 1.5 * (1 - turn / TURNS) + 0.5;
    for (let one = 0; one < 2 * count; one += 2) {
      const x = push[one] - at[one] * TOWARDS, y = push[one + 1] - at[one + 1] * TOWARDS, moved = Math.hypot(x, y) || 1;
      at[one] += (x / moved) * Math.min(moved, most);
      at[one + 1] += (y / moved) * Math.min(moved, most);
    }
  }
  return at;
}

// The nodes from the one with the most lines outward, and so on from what that does not reach.
function outward(count, lines) {
  const near = Array.from({ length: count }, () => []), seen = new Uint8Array(count), order = [];
  for (const [one, other] of lines) { near[one].push(other); near[other].push(one); }
  const hubs = [...near.keys()].sort((one, other) => near[other].length - near[one].length || one - other);
  for (const hub of hubs) {
    if (seen[hub]) continue;
    seen[hub] = 1;
    order.push(hub);
    for (let next = order.length - 1; next < order.length; next += 1)
      for (const each of near[order[next]]) if (!seen[each]) { seen[each] = 1; order.push(each); }
  }
  return order;
}
