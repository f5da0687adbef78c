package assign

import "container/heap"

// network is a flow network with costs that are never negative; arcs lie in
// pairs, an arc and its way back.
type network struct {
	first []int // of each node: its newest arc, -1 for none
	next  []int
	to    []int
	room  []int
	cost  []int64
	price []int64 // node potentials: no arc with room has a negative reduced cost
	// of the last search
	dist []int64
	via  []int
	done []int
	turn int
}

const far = int64(1) << 62

func newNetwork(nodes int) *network {
	n := &network{
		first: make([]int, nodes), price: make([]int64, nodes),
		dist: make([]int64, nodes), via: make([]int, nodes), done: make([]int, nodes),
	}
	for i := range n.first {
		n.first[i] = -1
	}
	return n
}

// arc adds an arc and returns its number.
func (n *network) arc(from, to, room int, cost int64) int {
	at := len(n.to)
	n.to = append(n.to, to, from)
	n.room = append(n.room, room, 0)
	n.cost = append(n.cost, cost, -cost)
	n.next = append(n.next, n.first[from], n.first[to])
	n.first[from], n.first[to] = at, at+1
	return at
}

// used is what flows over an arc.
func (n *network) used(arc int) int { return n.room[arc^1] }

// step is a node that the search has reached.
type step struct {
	dist int64
	node int
}

type queue []step

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].dist < q[j].dist }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(step)) } //nolint:forcetypeassert // only steps come here
func (q *queue) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	*q = (*q)[:last]
	return x
}

// push sends one unit of flow from a node to the sink by the cheapest way and
// returns its cost; false where there is no way.
func (n *network) push(from, sink int) (int64, bool) {
	reached := n.search(from, sink)
	if n.done[sink] != n.turn {
		return 0, false
	}
	for _, v := range reached {
		n.price[v] += n.dist[v] - n.dist[sink]
	}
	var cost int64
	for v := sink; v != from; v = n.to[n.via[v]^1] {
		arc := n.via[v]
		n.room[arc]--
		n.room[arc^1]++
		cost += n.cost[arc]
	}
	return cost, true
}

// search is Dijkstra's by reduced costs; it ends at the sink and returns the
// nodes that are settled.
func (n *network) search(from, sink int) []int {
	n.turn++
	for i := range n.dist {
		n.dist[i] = far
	}
	n.dist[from] = 0
	var settled []int
	q := queue{{0, from}}
	for len(q) > 0 {
		s, _ := heap.Pop(&q).(step)
		if n.done[s.node] == n.turn {
			continue
		}
		n.done[s.node] = n.turn
		settled = append(settled, s.node)
		if s.node == sink {
			break
		}
		for arc := n.first[s.node]; arc >= 0; arc = n.next[arc] {
			v := n.to[arc]
			if n.room[arc] == 0 || n.done[v] == n.turn {
				continue
			}
			if d := s.dist + n.cost[arc] + n.price[s.node] - n.price[v]; d < n.dist[v] {
				n.dist[v], n.via[v] = d, arc
				heap.Push(&q, step{d, v})
			}
		}
	}
	return settled
}

// seen reports whether the last search came to a node.
func (n *network) seen(node int) bool { return n.done[node] == n.turn }
