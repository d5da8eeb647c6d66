// The interface of the kernels of windows: lines of elements in, the row of the best of each window
// out.
//
// A *line* is the sequence of elements along the axis that a window moves along. A *strip* is as
// many lines as fill a few vectors, and a *panel* some strips; a row of it is one element of each.
// Elements become integer *keys*, wide enough that one of them, the filler, is no element's where
// elements may be missing; so neither NaN nor masks are known to the loops.
#pragma once

#include "leaves.hpp"

namespace minloc {

// Keys are made of so many rows at once, or, where strips go on in turn, of fewer.
inline constexpr Index rows_at_once = 64;
constexpr Index rows_in_turn(Index strips) { return strips > 1 ? rows_at_once / 4 : rows_at_once; }
// From so many rows on a window is long: kernels keep the bests of its parts, not its rows.
inline constexpr Index long_window = 128;
// The rows that kernels keep of a window.
constexpr Index rows_kept(Index window, Index strips) {
  return window < long_window ? window + 1 : window / rows_in_turn(strips) + 3;
}

// What keys are: the narrowest type that has room for an element, and, if one is needed, a filler.
enum class WindowKey { word, two_words, four_words, many };
inline constexpr int window_key_count = 4;

struct Lines {
  const char* data;   // the first element of the first line
  Index lines;        // how many; the kernels read and write strips
  Index line_stride;  // bytes from a line to the next
  Index length;       // elements in a line
  Index stride;       // bytes from an element of a line to the next
  MaskView mask;      // its slices are the lines
  bool swapped;
  bool omits;     // a NaN becomes the filler, not the best of all keys
  bool may_miss;  // where the best is the filler the answer is no_candidate
  Coding coding;
  char* out;  // the first answer of the first line
  Index out_line_stride, out_stride;
  Index index, index_line, index_step;  // row r of line l is index + l * index_line + r * step
  Index window;                         // of `full`
  Index skip;                           // of `running`: rows before that of the first answer
  // Writes the keys of rows [row, row + rows), row after row, as many lines abreast as there are.
  void (*read)(const Lines&, Index row, Index rows, void* keys);
  char* scratch;  // aligned to 64 bytes, `WindowKernel::scratch` of them

  // Whether neighbouring lines are closer together than elements of one.
  bool lie_across() const {
    const auto distance = [](Index x) { return x < 0 ? -x : x; };
    return lines > 1 && distance(line_stride) < distance(stride);
  }
  // Some of the lines, from one on.
  Lines part(Index line, Index some) const {
    Lines of = *this;
    of.data += line * line_stride;
    of.mask.move(line, 0);
    of.out += line * out_line_stride;
    of.index += line * index_line;
    of.lines = some;
    return of;
  }
};

// The loops of one type of keys; by whether the first or the last of equal elements is the answer.
struct WindowKernel {
  Index width;   // lines in a strip; kernels take one line, or so many or more
  Index row;     // bytes of scratch for each row that is kept of a window, and strip
  Index strip;   // for each strip beyond that
  Index margin;  // and beyond all strips
  // The best of every `window` rows: length - window + 1 answers for each line.
  void (*full[2])(const Lines&);
  // The best of all rows up to each: length - skip answers for each line.
  void (*running[2])(const Lines&);

  Index scratch(Index window, Index lines) const {
    const Index strips = (lines + width - 1) / width;
    const Index of_window = lines == 1 ? row / width : row * strips;
    return rows_kept(window, strips) * of_window + strips * strip + margin;
  }
};

struct WindowKernels {
  WindowKernel of[window_key_count];  // by WindowKey
  // How elements of a family are read as keys of that type; null where there is no need.
  void (*read[family_count][window_key_count])(const Lines&, Index row, Index rows, void* keys);
};

// The keys of a dtype; `masked` if masked elements have to be told from all others.
constexpr WindowKey window_key_of(DType dtype, bool masked) {
  switch (family_of(dtype)) {
    case Family::boolean:
    case Family::int8:
    case Family::int16:
    case Family::half:
    case Family::float32: return WindowKey::word;
    case Family::int32: return masked ? WindowKey::two_words : WindowKey::word;
    case Family::int64: return masked ? WindowKey::four_words : WindowKey::two_words;
    case Family::float64:
    case Family::complex64: return WindowKey::two_words;
    case Family::complex128:
    case Family::longdouble: return WindowKey::four_words;
    case Family::clongdouble: break;
  }
  return WindowKey::many;
}

}  // namespace minloc
