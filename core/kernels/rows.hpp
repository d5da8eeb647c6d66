// Many short lanes: a vector of them goes down to the end of its lanes, its state in registers.
//
// Where the elements of a lane are adjacent they are read along the lanes and turned in registers;
// packed lanes of two, three or four elements are read as they lie and sorted by shuffles. Else
// each vector collects one element of every lane, or loads it, where those are adjacent.
#pragma once

#include "lanes.hpp"

namespace minloc::MINLOC_ISA {

// Whether adjacent elements of many lanes are met in squares.
template <class T, class View>
inline constexpr bool has_loop_of_blocks =
    lanes_of<T> > 1 && !is_complex<T> && std::is_same_v<View, Strided<T>>;

// The lanes of a tile from `left` on, as many as a state holds, which keep the first or the last of
// equal elements.
template <class O, class View, Keep keep>
struct Rows {
  using Key = typename O::Key;
  using T = typename O::Storage;
  using Lanes = typename State<O>::template LanesThatKeep<keep>;
  static constexpr Index lanes = lanes_of<Key>;

  const Tile& tile;
  Index left, count;
  State<O> state;

  View view_at(Index element) const { return across<View>(tile, left, element); }

  // Elements [begin, end) of the vector of lanes from `i` on.
  void go_down(Index i, Index begin, Index end) {
    constexpr int some = 4;
    const bool few = end - begin < some;
    Lanes running = few ? best_from<1>(i, begin) : best_from<some>(i, begin);
    Index j = begin + (few ? 1 : some);
    for (; j + some <= end; j += some)
      running.take(best_from<some>(i, j), counters<Key>(j - begin));
    for (; j < end; ++j) running.take(best_from<1>(i, j), counters<Key>(j - begin));
    running.save(state, i);
  }

  // The best of `elements` elements from `j` on.
  template <int elements>
  Lanes best_from(Index i, Index j) const {
    Vector<Key> keys[elements];
    for (int n = 0; n < elements; ++n) keys[n] = O::key(view_at(j + n).from(i));
    return Lanes(keys);
  }

  // How many elements of each lane are met at once where they are adjacent.
  static constexpr int block = side<T> < 4 ? 4 : side<T>;

  // All elements of the vector of lanes from `i` on, a block at a time. The last block may reach
  // back, for an element does not beat itself. If the lanes are shorter than a block, what lies
  // behind them is read and not used.
  void go_down_blocks(Index i) {
    const char* const p = tile.data + (left + i) * tile.lane_stride;
    const Index length = tile.length;
    fetch_ahead<block>(p);
    Lanes running = best_of_block<block>(p, length);
    const auto take = [&]<int count>(std::integral_constant<int, count>, Index from) {
      fetch_ahead<count>(p + from * lanes * tile.stride);
      running.take(best_of_block<count>(p + from * tile.stride, length), counters<Key>(from));
    };
    Index j = block;
    for (; j + block <= length; j += block) take(std::integral_constant<int, block>{}, j);
    if (j + side<T> < length)
      take(std::integral_constant<int, block>{}, length - block);
    else if (j < length)
      take(std::integral_constant<int, side<T>>{}, length - side<T>);
    running.save(state, i);
  }

  // Asks for memory that will be read soon, as much as `count` elements of each lane are: a little
  // of each of some lanes in turn is no order in which a processor fetches ahead by itself.
  // (Inlined by force, or else GCC finds that the function does nothing.)
  template <int count>
  [[gnu::always_inline]] void fetch_ahead(const char* p) const {
    constexpr Index ahead = 4096, bytes = count * lanes * static_cast<Index>(sizeof(T));
    if (!tile.far) return;
    for (Index i = 0; i < bytes; i += cache_line) __builtin_prefetch(p + ahead + i);
  }

  // The best of `count` elements of each lane from `p` on, or of the first `length`.
  template <int count>
  Lanes best_of_block(const char* p, Index length) const {
    Vector<Key> keys[count];
    for (int first = 0; first < count; first += side<T>) {
      Vector<T> x[side<T>];
      load_transposed<T>(p + first * tile.stride, tile.lane_stride, x);
      for (int n = 0; n < side<T>; ++n) keys[first + n] = O::key(x[n]);
    }
    if (length < count) {
#pragma GCC unroll 16
      for (int n = 1; n < count; ++n)
        if (n >= length) keys[n] = keys[0];
    }
    return Lanes(keys, nullptr, static_cast<int>(length < count ? length : count));
  }

  // The same for lanes of `length` elements that are one run of memory.
  template <int length>
  void go_down_packed(Index i) {
    const char* p = tile.data + (left + i) * tile.lane_stride;
    Vector<T> run[length];
    for (int k = 0; k < length; ++k) run[k] = load<Vector<T>>(p + k * vector_bytes);
    Vector<Key> keys[length];
    keys[0] = O::key(elements<0, length>(run));
    keys[1] = O::key(elements<1, length>(run));
    if constexpr (length > 2) keys[2] = O::key(elements<2, length>(run));
    if constexpr (length > 3) keys[3] = O::key(elements<3, length>(run));
    Lanes(keys).save(state, i);
  }

  // Element `which` of each lane, out of a run of lanes of `length` elements.
  template <int which, int length>
  static Vector<T> elements(const Vector<T>* run) {
    Vector<T> x = gather<which, length, 1>(run[0], run[1]);
    if constexpr (length > 2) x = gather<which, length, 2>(x, run[2]);
    if constexpr (length > 3) x = gather<which, length, 3>(x, run[3]);
    return x;
  }

  // Adds to `x` what vector `k` of the run has of it; the first two vectors are the first step.
  template <int which, int length, int k>
  static Vector<T> gather(Vector<T> x, Vector<T> from) {
    return shuffle<[](int l) {
      constexpr int n = static_cast<int>(lanes);
      const int place = which + l * length;
      if (place / n == k) return n + place % n;
      return k == 1 && place < n ? place : l;
    }>(x, from);
  }

  // Calls `go_down` for every vector of lanes, all elements [begin, end) of which are wanted. Only
  // the first `readable` lanes may be part of a vector.
  template <class GoDown>
  void each_vector(Index begin, Index end, Index readable, GoDown go_down) {
    Index i = 0;
    for (; i + lanes <= readable; i += lanes) go_down(i);
    if (i < readable && readable >= lanes) go_down(readable - lanes), i = readable;
    for (; i < count; ++i)
      state.template take_lane<keep>([&](Index j) { return view_at(j); }, i, begin, end);
  }

  // Whether all elements of all lanes are adjacent in memory, a shape for which there is a loop.
  bool is_packed() const {
    return tile.lane_stride == tile.length * static_cast<Index>(sizeof(T)) && tile.length > 1 &&
           tile.length <= 4 && tile.length != block;
  }

  void reduce(const Panel& panel) {
    if constexpr (has_loop_of_blocks<T, View>) {
      constexpr Index size = static_cast<Index>(sizeof(T));
      if (tile.stride == size && is_packed()) {
        each_vector(0, tile.length, count, [&](Index i) {
          switch (tile.length) {
            case 2: return go_down_packed<2>(i);
            case 3: return go_down_packed<3>(i);
            default: return go_down_packed<4>(i);
          }
        });
        return state.hand_over(tile, panel, left, count, 0);
      }
      if (tile.stride == size && tile.length <= countable<Key>) {
        // A block must not reach beyond the end of the last lane.
        const Index over = block - tile.length, lane = tile.lane_stride / size;
        const Index unreadable = over <= 0 ? 0 : lane <= 0 ? count : (over + lane - 1) / lane;
        each_vector(0, tile.length, count - unreadable, [&](Index i) { go_down_blocks(i); });
        return state.hand_over(tile, panel, left, count, 0);
      }
    }
    if constexpr (keep == Keep::first)
      for (Index begin = 0, end; begin < tile.length; begin = end) {
        end = end_of_count<Key>(begin, tile.length);
        if (count < lanes)
          go_down_few<O, View>(tile, left, count, state, begin, end);
        else
          each_vector(begin, end, count, [&](Index i) { go_down(i, begin, end); });
        state.hand_over(tile, panel, left, count, begin);
      }
  }
};

template <class O, class View>
void rows(const Tile& tile, const Panel& panel) {
  using Key = typename O::Key;
  using T = typename O::Storage;
  if constexpr (has_loop_of_blocks<T, View>) {
    constexpr Index size = static_cast<Index>(sizeof(T));
    if (tile.stride == -size && tile.length <= countable<Key>) {
      // Adjacent elements are read upwards: of equal ones the last is the first of its lane.
      Tile turned = tile;
      turned.data += (tile.length - 1) * tile.stride;
      turned.stride = size;
      turned.index += (tile.length - 1) * tile.step;
      turned.step = -tile.step;
      return reduce_by_parts<O, Rows<O, View, Keep::last>>(turned, panel);
    }
  }
  reduce_by_parts<O, Rows<O, View, Keep::first>>(tile, panel);
}

}  // namespace minloc::MINLOC_ISA
