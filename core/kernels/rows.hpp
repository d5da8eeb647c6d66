// Many short lanes: a vector of them goes down to the end of its lanes, its state in registers.
//
// Lanes of two, three or four elements that lie one after the other are read as they lie, as many
// vectors as a lane has elements, and sorted into first elements, second elements and so on.
#pragma once

#include <utility>

#include "lanes.hpp"

namespace minloc::MINLOC_ISA {

// The lanes of a tile from `left` on, as many as a state holds.
template <class O, class View>
struct Rows {
  using Key = typename O::Key;
  using T = typename O::Storage;
  using Lanes = typename State<O>::Lanes;
  static constexpr Index lanes = lanes_of<Key>;

  const Tile& tile;
  Index left, count;
  State<O>& state;

  View view_at(Index element) const {
    return view_of<View>(tile.data + left * tile.lane_stride + element * tile.stride,
                         tile.lane_stride);
  }

  // Elements [begin, end) of the vector of lanes from `i` on.
  void go_down(Index i, Index begin, Index end) {
    Lanes running(O::key(view_at(begin).from(i)));
    for (Index j = begin + 1; j < end; ++j) running.take(O::key(view_at(j).from(i)), j - begin);
    running.keep(state, i);
  }

  // The same for lanes of `length` elements that are one run of memory.
  template <int length>
  void go_down_packed(Index i) {
    const char* p = tile.data + (left + i) * tile.lane_stride;
    Vector<T> run[length];
    for (int k = 0; k < length; ++k) run[k] = load<Vector<T>>(p + k * vector_bytes);
    Lanes running(O::key(elements<0, length>(run)));
    running.take(O::key(elements<1, length>(run)), 1);
    if constexpr (length > 2) running.take(O::key(elements<2, length>(run)), 2);
    if constexpr (length > 3) running.take(O::key(elements<3, length>(run)), 3);
    running.keep(state, i);
  }

  // Element `which` of each lane, out of a run of lanes of `length` elements.
  template <int which, int length>
  static Vector<T> elements(const Vector<T>* run) {
    using Numbers = std::make_integer_sequence<int, static_cast<int>(lanes)>;
    Vector<T> x = gather<which, length, 1>(run[0], run[1], Numbers{});
    if constexpr (length > 2) x = gather<which, length, 2>(x, run[2], Numbers{});
    if constexpr (length > 3) x = gather<which, length, 3>(x, run[3], Numbers{});
    return x;
  }

  // Adds to `x` what vector `k` of the run has of it; the first two vectors are the first step.
  template <int which, int length, int k, int... lane>
  static Vector<T> gather(Vector<T> x, Vector<T> from, std::integer_sequence<int, lane...>) {
    constexpr auto source = [](int l) {
      constexpr int n = static_cast<int>(lanes);
      const int place = which + l * length;
      if (place / n == k) return n + place % n;
      return k == 1 && place < n ? place : l;
    };
    return __builtin_shufflevector(x, from, source(lane)...);
  }

  template <class GoDown>
  void each_vector(Index begin, Index end, GoDown go_down) {
    Index i = 0;
    for (; i + lanes <= count; i += lanes) go_down(i);
    if (i < count && count >= lanes) return go_down(count - lanes);
    for (; i < count; ++i) state.take_lane([&](Index j) { return view_at(j); }, i, i, begin, end);
  }

  void reduce(const Panel& panel) {
    constexpr Index size = static_cast<Index>(sizeof(T));
    if constexpr (lanes > 1 && !is_complex<T> && std::is_same_v<View, Strided<T>>) {
      if (tile.stride == size && tile.lane_stride == tile.length * size && tile.length <= 4 &&
          tile.length > 1) {
        each_vector(0, tile.length, [&](Index i) {
          switch (tile.length) {
            case 2: return go_down_packed<2>(i);
            case 3: return go_down_packed<3>(i);
            default: return go_down_packed<4>(i);
          }
        });
        return state.hand_over(tile, panel, left, count, 0);
      }
    }
    for (Index begin = 0, end; begin < tile.length; begin = end) {
      end = end_of_count<Key>(begin, tile.length, 1);
      each_vector(begin, end, [&](Index i) { go_down(i, begin, end); });
      state.hand_over(tile, panel, left, count, begin);
    }
  }
};

template <class O, class View>
void rows(const Tile& tile, const Panel& panel) {
  State<O> state;
  constexpr Index width = State<O>::capacity;
  for (Index left = 0; left < tile.lanes; left += width) {
    const Index count = tile.lanes - left < width ? tile.lanes - left : width;
    Rows<O, View>{tile, left, count, state}.reduce(panel);
  }
}

}  // namespace minloc::MINLOC_ISA
