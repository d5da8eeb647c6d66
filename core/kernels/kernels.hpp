// What a kernel is asked and what it answers; the one table that each instruction set exports.
//
// A *lane* is the sequence of elements that one answer chooses from, in tie order: of equal
// elements the one that comes first in the lane wins. A *tile* is a set of lanes with one stride
// from lane to lane and one stride along each lane; a *panel* holds the running answers of a
// tile's lanes, as keys (values in the form in which an order compares them) and indices.
#pragma once

#include "selection.hpp"

namespace minloc {

enum class Extreme { min, max };
enum class Nan { propagate, omit };
enum class Ties { first, last };

// Memory that a leaf may use while it runs, handed out from its beginning: what one call needs is
// far more than the stack of a small thread holds. A copy hands out the same memory again, so what
// is taken from a tile's scratch must be taken before the tile is passed on.
struct Scratch {
  char* at = nullptr;

  template <class T>
  T* take(Index count) {
    auto* const taken = reinterpret_cast<T*>(at);
    at += (count * static_cast<Index>(sizeof(T)) + 63) / 64 * 64;
    return taken;
  }
};

struct Tile {
  const char* data;   // first element of the first lane
  Index lanes;        // how many lanes
  Index lane_stride;  // bytes from a lane to the next
  Index length;       // elements in a lane, at least 1
  Index stride;       // bytes from an element of a lane to the next
  Index index;        // index that the first element of every lane has in the answer
  Index step;         // how much the index grows from an element to the next
  const char* mask;   // null, or one byte for each element, laid out by the two strides below
  Index mask_lane_stride;
  Index mask_stride;
  bool masked_value;  // the truth of a mask byte that takes its element out of the choice
  bool swapped;       // the bytes of the elements are in the other order
  bool fresh;         // the panel holds nothing yet
  bool far;           // the elements are not in a cache, as far as can be told
  Scratch scratch;    // aligned to 64 bytes; leaf_scratch bytes, but for `along` and `single`
};

inline constexpr Index no_candidate = -1;  // the index of a lane that has had no candidate so far

// At most so many lanes, and so many bytes of keys, make a panel: whole rows of most arrays, for a
// row that is read to its end in one go is read fastest, and no more than the second-level cache
// holds.
inline constexpr Index panel_lanes = 4096, panel_bytes = 32768;

// How many lanes a panel has room for.
constexpr Index panel_width(Index key_size) {
  return panel_bytes / key_size < panel_lanes ? panel_bytes / key_size : panel_lanes;
}

// What a leaf may take of its scratch: two states of a panel's lanes, or one and pieces of a mask.
inline constexpr Index leaf_scratch = 6 * panel_bytes;

// Where a lane has no candidate its key is a NaN that is omitted, or one than which none is worse.
struct Panel {
  char* keys;      // one key for each lane, aligned to 64 bytes
  Index* indices;  // one index for each lane, no_candidate where there is none
};

// Merges the answers of a tile's lanes into the panel.
using Leaf = void (*)(const Tile&, const Panel&);

// The leaves of one order of one dtype. `along` takes lane after lane, several elements of it at
// once; `columns` and `rows` take several lanes at once, element after element, many lanes side by
// side or few of them down to their end. Plain ones need elements (for `along`; `down` is towards
// lower addresses) or lanes (for the others) that are adjacent in memory, some with a twin for
// elements whose bytes are in the other order; the strided ones take any distance. The masked ones
// need a mask, and elements or lanes that are adjacent (upwards or downwards); `gathered` needs the
// mask alone. `single` takes everything that has no mask, one element at a time.
struct Leaves {
  Leaf along[2], columns[2];  // by whether bytes are swapped
  Leaf along_down, rows;
  Leaf along_strided, columns_strided, rows_strided;
  Leaf along_masked, columns_masked, gathered;
  Leaf single;
  // The plain leaves for the smallest and the largest at once.
  void (*along_both)(const Tile&, const Panel& smallest, const Panel& largest);
  void (*columns_both)(const Tile&, const Panel& smallest, const Panel& largest);
  // Merges a panel into one of `lanes` lanes. `from` has `copies` times as many: its lane l belongs
  // to lane l % lanes, and its indices count from l / lanes * step.
  void (*merge)(const Panel& into, const Panel& from, Index lanes, Index copies, Index step);
  // Whether the key of an element in the machine's byte order has the bits of the element; and of
  // up to 64 such keys those, a bit for each, that are equal to others with other bits, as zeros
  // and NaN are. Null if no key is.
  bool keys_are_elements;
  std::uint64_t (*ambiguous)(const char* keys, Index count);
  // Fills a panel's keys from `count` elements that lie `stride` bytes apart, their bytes in the
  // other order or not; a lane whose index is no_candidate gets the key of a masked element.
  void (*keys_of)(const char* elements, Index stride, Index count, bool swapped,
                  const Panel& panel);
  // Of an element that was found, and whose key is given: if it is a NaN by now, which is omitted,
  // another thread or process has written it since, and it becomes an element with that key. Null
  // if no NaN is omitted.
  void (*restore)(const char* key, bool swapped, char* element);
  // Whether nothing that comes later in a lane beats this key, as with a NaN that propagates.
  bool (*is_final)(const char* key);
  // Whether an element, its bytes in the other order or not, is NaN.
  bool (*is_nan)(const char* element, bool swapped);
};

// Adds to the selection of each of a tile's lanes what may be one of the k best of its slice. NaN
// are no candidates. A tile is not fresh or otherwise: what has been added before stays.
using Choose = void (*)(const Tile&, Selection*);

// At most so many elements in a lane, and so large a k, for `TopLeaves::rows`.
inline constexpr Index top_rows_length = 256, top_rows_k = 32;

// The leaves that choose the k best, for one end of one dtype; they take masks, but for `rows`.
struct TopLeaves {
  // Lane after lane: adjacent elements in the machine's byte order, in either direction, and any.
  Choose along, along_strided;
  // Lanes side by side, each met element after element: adjacent ones with elements in the
  // machine's byte order, and any.
  Choose columns, columns_strided;
  // Many short lanes, at least a vector of them, each of k elements or more, in the machine's byte
  // order and without a mask: writes k indices for each lane, best first, and no_candidate for each
  // one that there is no number for.
  void (*rows)(const Tile&, Index k, Index* indices);
  // How many elements of a tile are NaN, or are not, and are not masked.
  Index (*count)(Tile, bool nan);
};

struct Kernels {
  Leaves leaves[dtype_count][2][2];  // by dtype, Extreme, Nan
  TopLeaves tops[dtype_count][2];    // by dtype, Extreme
  // ORs bytes [begin, end) together: what it costs to read them, the measure of all benchmarks.
  std::uint64_t (*read)(const char* begin, const char* end);

  const Leaves& of(DType dtype, Extreme extreme, Nan nan) const {
    return leaves[static_cast<int>(dtype)][static_cast<int>(extreme)][static_cast<int>(nan)];
  }
  const TopLeaves& top_of(DType dtype, Extreme extreme) const {
    return tops[static_cast<int>(dtype)][static_cast<int>(extreme)];
  }
};

}  // namespace minloc
