// Many short slices: each lane of a vector processes one slice to its end, in registers.
//
//   for each vector of slices:
//     running = the best of the first few elements of each slice
//     for each next few elements: running = the better of running and their best
//     put the answers into the state
//     after some vectors of slices, put the state into the panel
//
// 1. Where slices are side by side, a vector loads one element of each.
// 2. Where the elements of a slice are adjacent, they are read along the slices, 16 bytes of each,
//    and transposed in registers (transpose.hpp).
// 3. Slices of two, three or four elements without gaps are read as whole vectors and sorted by
//    shuffles; those of five to eight bytes are read two by two (pairs.hpp).
// 4. The last block of elements and the last vector of slices overlap the ones before.
// 5. Slices that run down in memory are read upwards, from their last block to their first, and the
//    elements of a block change places.
#pragma once

#include "ahead.hpp"
#include "pairs.hpp"
#include "state.hpp"
#include "transpose.hpp"

namespace minloc::MINLOC_ISA {

// A vector of a tile's slices at a time.
template <class O>
struct Rows {
  using Key = typename O::Key;
  using V = Vector<Key>;
  using View = Adjacent<O>;
  using Lanes = typename State<O>::Lanes;
  static constexpr Index lanes = lanes_of<Key>, size = static_cast<Index>(sizeof(Key));
  // How many elements of each slice are met at once where they are adjacent, in steps of a square.
  static constexpr int side = is_complex<Key> ? 1 : side_of<Key>, block = is_complex<Key> ? 2
                                                                          : side < 4      ? 4
                                                                                          : side;
  static_assert(side == block || block <= 4);
  // After how many slices answers are handed over: few, so that the processor writes them while it
  // reads the next. The places of the next answers are prefetched, because a burst of writes to
  // memory would fill the processor's queue of them.
  static constexpr Index some_slices = 256;

  const Tile& tile;
  State<O> state;
  bool down = tile.stride < 0;
  const char* lowest = tile.data + (down ? (tile.length - 1) * tile.stride : 0);

  // The key of element j of a slice.
  Key at(Index slice, Index j) const {
    return view_at<View>(state.order, tile, slice, j).key_at(0);
  }

  // Elements [begin, end) of the vector of slices from `i` on, which are side by side.
  MINLOC_INLINE void go_down(Index i, Index begin, Index end) {
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
  MINLOC_INLINE Lanes best_from(Index i, Index j) const {
    V x[elements];
    unrolled<elements>(
        [&](int n) MINLOC_INLINE { x[n] = view_at<View>(state.order, tile, 0, j + n).from(i); });
    return Lanes(state.order, x);
  }

  // All elements of the vector of slices from `i` on, a block at a time. The last block may overlap
  // the one before.
  //
  // Precondition: a block may be read from the lowest element of each slice on, even if the slice
  // is shorter.
  template <bool runs_down>
  MINLOC_INLINE void go_down_blocks(Index i) {
    const char* const p = lowest + i * tile.slice_stride;
    const Index length = tile.length;
    // Where elements [from, from + count) of the first slice are.
    const auto place = [&](Index from, Index count) {
      return p + (!runs_down ? from : length > count ? length - count - from : 0) * size;
    };
    const auto read = [&]<int count>(std::integral_constant<int, count>, Index from) MINLOC_INLINE {
      if (tile.far) prefetch_behind(p + from * lanes * size, count * lanes * size);
      return best_of_block<count, runs_down>(place(from, count), length);
    };
    // The loop reads the last block, too, and a first one whose code is long.
    constexpr bool reads_first = block > 4;
    Lanes running = reads_first ? Lanes(V{}) : read(std::integral_constant<int, block>{}, 0);
    for (Index j = reads_first ? 0 : block; j < length; j += block) {
      if constexpr (side < block)
        if (j + side >= length) {
          running.take(read(std::integral_constant<int, side>{}, length - side),
                       counters<Key>(length - side));
          break;
        }
      const bool is_first = reads_first && j == 0;
      const Index from = is_first || j + block <= length ? j : length - block;
      const Lanes best = read(std::integral_constant<int, block>{}, from);
      if (is_first)
        running = best;
      else
        running.take(best, counters<Key>(from));
    }
    running.save(state, i);
  }

  // The best of `count` elements of each slice from `p` on, or of the first `length`.
  template <int count, bool runs_down>
  MINLOC_INLINE Lanes best_of_block(const char* p, Index length) const {
    V x[count];
    unrolled<count / side>([&](int i) MINLOC_INLINE {
      V square[side];
      load_transposed<Key>(p + i * side * size, tile.slice_stride, square);
      unrolled<side>([&](int n) MINLOC_INLINE { x[i * side + n] = square[n]; });
    });
    if (length < count)
      unrolled<count>([&](int n) MINLOC_INLINE {
        if (n >= length) x[n] = x[runs_down && n > 0 ? n - 1 : 0];
      });
    if constexpr (runs_down) turn_round(x);
    Lanes best(state.order, x);
    if (runs_down && length < count) {
      // What is behind the slice has come first, as copies of its first element.
      const auto copies = counters<Key>(count - length);
      best.counter = select(best.counter > copies, best.counter - copies, counters<Key>(0));
    }
    return best;
  }

  template <int count>
  MINLOC_INLINE static void turn_round(V (&x)[count]) {
    unrolled<count / 2>([&](int n) MINLOC_INLINE { std::swap(x[n], x[count - 1 - n]); });
  }

  // The same for slices of `length` elements that are one run of memory.
  template <int length>
  MINLOC_INLINE void go_down_packed(Index i) {
    const char* const p = lowest + i * tile.slice_stride;
    V run[length];
    unrolled<length>([&](int k) MINLOC_INLINE { run[k] = load<V>(p + k * vector_bytes); });
    V x[length];
    x[0] = elements<0, length>(run);
    x[1] = elements<1, length>(run);
    if constexpr (length > 2) x[2] = elements<2, length>(run);
    if constexpr (length > 3) x[3] = elements<3, length>(run);
    if (down) turn_round(x);
    Lanes(state.order, x).save(state, i);
  }

  // The same for packed slices of five to eight bytes.
  MINLOC_INLINE void go_down_pairs(Index i, const Pairs& pairs) {
    const char* const p = lowest + i * tile.slice_stride;
    if (tile.far) prefetch_behind(p, Pairs::most * lanes);
    Pairs::V bytes[Pairs::most];
    pairs.load(p, bytes);
    V x[Pairs::most];
    unrolled<Pairs::most>([&](int n) MINLOC_INLINE { x[n] = reinterpret_cast<V>(bytes[n]); });
    Lanes(state.order, x).save(state, i);
  }

  // Element `which` of each slice, out of a run of slices of `length` elements.
  template <int which, int length>
  static V elements(const V* run) {
    V x = gather<which, length, 1>(run[0], run[1]);
    if constexpr (length > 2) x = gather<which, length, 2>(x, run[2]);
    if constexpr (length > 3) x = gather<which, length, 3>(x, run[3]);
    return x;
  }

  // Adds to `x` what vector `k` of the run has of it; the first two vectors are the first step.
  template <int which, int length, int k>
  static V gather(V x, V from) {
    return shuffle<[](int l) {
      constexpr int n = static_cast<int>(lanes);
      const int place = which + l * length;
      if (place / n == k) return n + place % n;
      return k == 1 && place < n ? place : l;
    }>(x, from);
  }

  // Calls `go_down`, with what is given for it, for every vector of slices, all elements [begin,
  // end) of which are wanted, and hands the answers over to the panel. Only the first `readable`
  // slices may be part of a vector.
  template <auto go_down, class... Given>
  [[gnu::noinline]] void each_vector(const Panel& panel, Index begin, Index end, Index readable,
                                     Given... given) {
    const Index last = readable - lanes;
    Index i = 0, handed_over = 0;
    for (; i < readable && last >= 0; i += lanes) {
      (this->*go_down)(i < last ? i : last, given...);
      if (const Index done = i + lanes; done - handed_over >= some_slices && done <= readable) {
        state.hand_over(tile, panel, begin, handed_over, done);
        handed_over = done;
        if (tile.far)
          prefetch(reinterpret_cast<const char*>(panel.indices + done),
                   some_slices * static_cast<Index>(sizeof(Index)));
      }
    }
    if (last >= 0) i = readable;
    for (; i < tile.slices; ++i) take_slice(i, begin, end);
    state.hand_over(tile, panel, begin, handed_over, tile.slices);
  }

  // Goes down elements [begin, end) of one slice. (Not in the template above, which would have a
  // copy of it for each of its steps.)
  void take_slice(Index slice, Index begin, Index end) const {
    state.take_slice([&](Index j) { return at(slice, j); }, slice, begin, end);
  }

  // Slices of adjacent elements that one counter can number.
  void reduce_squares(const Panel& panel) {
    if (reduce_packed(panel)) return;
    // A block must not reach beyond the end of the last slice.
    const Index over = block - tile.length, slice = tile.slice_stride / size;
    const Index unreadable = over <= 0 ? 0 : slice <= 0 ? tile.slices : (over + slice - 1) / slice;
    const Index length = tile.length, readable = tile.slices - unreadable;
    if (down)
      each_vector<&Rows::go_down_blocks<true>>(panel, 0, length, readable);
    else
      each_vector<&Rows::go_down_blocks<false>>(panel, 0, length, readable);
  }

  // The shortest of them, if there are no gaps between them; false if they are none of these.
  bool reduce_packed(const Panel& panel) {
    if constexpr (is_complex<Key>) {
      return false;
    } else {
      if (tile.slice_stride != tile.length * size || tile.length == block) return false;
      const Index length = tile.length, slices = tile.slices;
      if constexpr (size == 1 && Pairs::is_fast)
        if (Pairs::takes(tile)) {
          const Pairs pairs(length, down);
          const Index readable = slices - pairs.unreadable();
          return each_vector<&Rows::go_down_pairs>(panel, 0, length, readable, pairs), true;
        }
      switch (length) {
        case 2: return each_vector<&Rows::go_down_packed<2>>(panel, 0, 2, slices), true;
        case 3: return each_vector<&Rows::go_down_packed<3>>(panel, 0, 3, slices), true;
        case 4: return each_vector<&Rows::go_down_packed<4>>(panel, 0, 4, slices), true;
        default: return false;
      }
    }
  }

  // Slices side by side; or any, where a vector is one element.
  void reduce(const Panel& panel) {
    for (Index begin = 0, end; begin < tile.length; begin = end) {
      end = end_of_count<Key>(begin, tile.length);
      if (tile.slices < lanes) {
        go_down_few<View>(tile, state, begin, end);
        state.hand_over(tile, panel, begin);
      } else {
        each_vector<&Rows::go_down>(panel, begin, end, lanes > 1 ? tile.slices : 0, begin, end);
      }
    }
  }
};

}  // namespace minloc::MINLOC_ISA
