// The interface of the kernels: what they take, what they return, and the tables that each
// instruction set exports.
//
// A *slice* is the sequence of elements that one answer is chosen from, in tie order: of equal
// elements the first wins. A *tile* is a set of slices with one stride from slice to slice and one
// along each slice; a *panel* holds the running answers of a tile's slices, as keys (coding.hpp)
// and indices. A *leaf* merges a tile into panels; the plan (plan.hpp) has the loops around it.
#pragma once

#include <limits>

#include "array.hpp"
#include "coding.hpp"
#include "selection.hpp"

namespace minloc {

// Memory that a leaf may use while it runs, more than the stack of a small thread holds. A copy of
// a Scratch hands out the same memory again, so take what is needed before passing the tile on.
struct Scratch {
  char* at = nullptr;

  template <class T>
  T* take(Index count) {
    auto* const taken = reinterpret_cast<T*>(at);
    at += (count * static_cast<Index>(sizeof(T)) + 63) / 64 * 64;
    return taken;
  }
};

// One byte for each element of a tile, laid out by strides of its own; or no mask at all.
struct MaskView {
  const char* bytes = nullptr;
  Index slice_stride = 0, stride = 0;
  bool masked_value = false;  // the truth of a byte that masks its element

  explicit operator bool() const { return bytes != nullptr; }
  bool keeps(char byte) const { return (byte != 0) != masked_value; }
  // Whether element j of a slice may be chosen.
  bool keeps(Index slice, Index j) const { return keeps(*at(slice, j)); }
  const char* at(Index slice, Index j) const { return bytes + slice * slice_stride + j * stride; }
  // Lets the view begin at element j of a slice.
  void move(Index slice, Index j) {
    if (bytes) bytes = at(slice, j);
  }
};

// How far apart a stride lets elements lie.
inline Index magnitude(Index stride) { return stride < 0 ? -stride : stride; }

struct Tile {
  const char* data;    // first element of the first slice
  Index slices;        // how many slices
  Index slice_stride;  // bytes from a slice to the next
  Index length;        // elements in a slice, at least 1
  Index stride;        // bytes from an element of a slice to the next
  Index index;         // index that the first element of every slice has in the answer
  Index step;          // how much the index grows from an element to the next
  MaskView mask;
  const char* values = nullptr;  // what the elements of the first slice are measured from, if they
  Index value_stride = 0;        // are; bytes to the value of the next slice
  const Coding* codings;         // one for each panel that the tile is merged into
  bool swapped;                  // the bytes of the elements are in the other order
  bool fresh;                    // the panels hold nothing yet
  bool far;                      // the elements are not in a cache, as far as can be told
  Scratch scratch;               // aligned to 64 bytes; leaf_scratch bytes, but for `along`

  // Lets the tile begin at element j of a slice.
  void move(Index slice, Index j) {
    data += slice * slice_stride + j * stride;
    values += slice * value_stride;
    mask.move(slice, j);
    index += j * step;
  }
  // Whether elements of neighbouring slices are closer together than those of one.
  bool lies_across() const { return slices > 1 && magnitude(slice_stride) < magnitude(stride); }
  // A part: slices [slice, slice + some) and of each elements [j, j + few), as far as they exist.
  Tile part(Index slice, Index some, Index j, Index few) const {
    Tile of = *this;
    of.move(slice, j);
    of.slices = slices - slice < some ? slices - slice : some;
    of.length = length - j < few ? length - j : few;
    of.fresh = fresh && j == 0;
    return of;
  }
  // The tile transposed: its slice j has element j of each slice.
  Tile turned() const {
    Tile other = *this;
    other.slices = length;
    other.slice_stride = stride;
    other.length = slices;
    other.stride = slice_stride;
    other.mask.slice_stride = mask.stride;
    other.mask.stride = mask.slice_stride;
    return other;
  }
};

inline constexpr Index no_candidate = -1;  // the index of a slice that has had no candidate so far

// A panel has at most so many slices, and so many bytes of keys: enough for whole rows of most
// arrays, which are read fastest to their end, and not more than the second-level cache holds.
inline constexpr Index panel_slices = 4096, panel_bytes = 32768;

// How many slices a panel has room for.
constexpr Index panel_width(Index key_size) {
  return panel_bytes / key_size < panel_slices ? panel_bytes / key_size : panel_slices;
}

// What a leaf may take of its scratch: two states of a panel's slices, or one and pieces of a mask.
inline constexpr Index leaf_scratch = 6 * panel_bytes;

// The key of a slice without a candidate is that of an omitted NaN, or the worst key.
struct Panel {
  char* keys;      // one key for each slice, aligned to 64 bytes
  Index* indices;  // one index for each slice, no_candidate where there is none
};

// Merges the answers of a tile's slices into a panel, or into one for each end.
using Leaf = void (*)(const Tile&, const Panel*);

// X(name): which way a tile is read.
//
//            reads                                   adjacent            byte order   mask
// along      slice after slice, several elements     elements, up/down   native       any strides
//            at once
// columns    element after element of all slices     slices              any; native  any strides
//                                                                        if masked
// rows       a vector of slices to their end         slices, or          native       none
//                                                    elements, up
// gathered   pieces, copied as keys for another      none                any          any strides
#define MINLOC_LEAVES(X) X(along) X(columns) X(rows) X(gathered)

enum class LeafChoice : int {
#define MINLOC_X(name) name,
  MINLOC_LEAVES(MINLOC_X)
#undef MINLOC_X
};
inline constexpr int leaf_count = static_cast<int>(LeafChoice::gathered) + 1;

// Which entry of a table of answers an element is merged into, or the number of a row.
using Slot = std::uint32_t;

// Makes slots of `count` labels that lie `stride` bytes apart. False if one is not less than the
// number of groups: labels may have been checked, but another thread or process may write to them.
using ReadSlots = bool (*)(const Labels& labels, const char* at, Index stride, Index count,
                           Slot* slots);

// Reads the slots of a slice. Elements that a mask masks belong to no group.
struct SlotReader {
  ReadSlots read;
  const Labels& labels;
  const char* at;  // the label of the first element
  Index stride;    // bytes from a label to the next
  Index left;      // so many labels of the slice follow, the first one included
  MaskView mask = {};

  [[gnu::always_inline]] bool operator()(Index first, Index count, Slot* slots) const {
    if (!read(labels, at + first * stride, stride, count, slots)) return false;
    if (mask)
      for (Index i = 0; i < count; ++i)  // no branch: it would be unpredictable
        slots[i] &= Slot{0} - Slot{mask.keeps(0, first + i)};
    return true;
  }
  SlotReader from(Index first) const {
    SlotReader rest = *this;
    rest.at += first * stride;
    rest.left -= first;
    rest.mask.move(0, first);
    return rest;
  }
  // The labels where they lie, of which those that are no group's, the negative ones too, are not
  // below the number of groups. Null if they are no array of this type, or a mask has a say.
  template <class Label>
  const Label* as_array() const {
    constexpr Index size = sizeof(Label);
    constexpr Label most = std::numeric_limits<Label>::max() / 2;
    const bool is_array = labels.size == size && stride == size && !labels.swapped && !mask &&
                          static_cast<std::uint64_t>(labels.groups) <= most &&
                          reinterpret_cast<std::uintptr_t>(at) % alignof(Label) == 0;
    return is_array ? reinterpret_cast<const Label*>(at) : nullptr;
  }
};

// Where a run of equal slots ends.
[[gnu::always_inline]] inline Index end_of_run(const Slot* slots, Index begin, Index count) {
  constexpr Index some = 16;  // are compared by vectors
  const Slot slot = slots[begin];
  Index end = begin + 1;
  for (; end + some <= count; end += some) {
    Slot differences = 0;
    for (Index i = 0; i < some; ++i) differences |= slots[end + i] ^ slot;
    if (differences != 0) break;
  }
  while (end < count && slots[end] == slot) ++end;
  return end;
}

// A tile for `Leaves::scatter` has at most so many bytes of elements, and so many elements.
inline constexpr Index scatter_bytes = 1 << 14, scatter_elements = 1024;

struct Scattering {
  bool in_order;  // what the table holds comes before the tile in the order of the index
  bool repeats;   // an element often has the slot of the one before
  bool has_runs;  // nearly always
  bool far;       // the table is larger than a near cache
};

// The kernels of a family under one NaN policy.
struct Leaves {
  Leaf one[leaf_count];
  // The same for the smallest, first, and the largest in one reading; null where there is none.
  Leaf both[leaf_count];
  // Merges a panel into one of `slices` slices. `from` has `copies` times as many: its slice s
  // belongs to slice s % slices, and its indices count from s / slices * step. What the panels
  // hold becomes keys when it is flipped: keys are as they are for 0, elements are if `flips`.
  void (*merge)(const Panel& into, const Panel& from, Index slices, Index copies, Index step,
                std::uint64_t flip);
  // Whether elements become keys, and keys elements, by being flipped, where nothing is turned.
  bool flips;
  // Fills a panel's keys from `count` elements that lie `stride` bytes apart, their bytes in the
  // other order or not; a slice whose index is no_candidate gets the key of a masked element.
  void (*keys_of)(const char* elements, Index stride, Index count, bool swapped,
                  const Coding& coding, const Panel& panel);
  // Repairs an element that was found with a given key: if another thread or process has made it an
  // omitted NaN since, it becomes an element with that key. Null if no NaN is omitted.
  void (*restore)(const char* key, bool swapped, const Coding& coding, char* element);
  // Whether nothing that comes later in a slice beats this key, as with a NaN that propagates.
  bool (*is_final)(const char* key, const Coding& coding);
  // Whether an element, its bytes in the other order or not, is NaN.
  bool (*is_nan)(const char* element, bool swapped, const Coding& coding);
  // Merges each element of a tile's one slice, which has no mask, into the entry of a table that
  // its slot names. False if it met a bad label.
  bool (*scatter)(const Tile&, const SlotReader&, const Scattering&, const Panel& table);
  // Merges the listed elements of each slice into a panel; see kernels/listed.hpp for what it
  // takes. Null where there are no vectors.
  void (*listed)(const Tile&, const Slot* elements, Index count, const Panel&);
  // The least slices for it.
  Index listed_slices;
};

// Adds to the selection of each of a tile's slices the elements that may be among its k best. NaN
// are no candidates. `fresh` is ignored: what has been added before stays.
using Choose = void (*)(const Tile&, Selection*);

// At most so many elements in a slice, and so large a k, for `TopLeaves::rows`.
inline constexpr Index top_rows_length = 256, top_rows_k = 32;

// The leaves that choose the k best; they take masks, but for `rows`.
struct TopLeaves {
  // As the leaves of these names.
  Choose along, columns, gathered;
  // Many short slices, at least a vector of them, each of k elements or more, in the machine's byte
  // order and without a mask: writes k indices for each slice, best first, and no_candidate for
  // each one that there is no number for.
  void (*rows)(const Tile&, Index k, Index* indices);
  // How many elements of a tile that the mask keeps are NaN, or are not.
  Index (*count)(Tile, bool nan);
};

struct FamilyLeaves {
  Leaves leaves[2];  // by Nan
  TopLeaves top;
};

// What a dtype is compared by: the kernels of its family, and how its elements become their keys.
struct Order {
  const Leaves* leaves;
  Coding coding;
  Nan nan;

  // Whether what a panel holds may be elements as well as keys.
  bool flips() const { return leaves->flips && coding.turn == 0; }
};

struct Distances;      // metric.hpp
struct WindowKernels;  // window_kernels.hpp

struct Kernels {
  const FamilyLeaves* families[family_count];
  const Distances* distances;       // by Family, but for those of long doubles
  const Distances* long_distances;  // of longdouble and clongdouble
  const WindowKernels* windows;
  // ORs bytes [begin, end) together: what it costs to read them, the measure of all benchmarks.
  std::uint64_t (*read)(const char* begin, const char* end);
  ReadSlots read_slots;

  const FamilyLeaves& of(DType dtype) const {
    return *families[static_cast<int>(family_of(dtype))];
  }
  Order order(DType dtype, Extreme extreme, Nan nan) const {
    return {&of(dtype).leaves[static_cast<int>(nan)], coding_of(dtype, extreme, nan), nan};
  }
};

}  // namespace minloc
