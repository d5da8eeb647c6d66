#include "own_comparison.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>
#include <utility>

namespace minloc {
namespace {

PyArray_ArrFuncs* functions_of(PyArray_Descr* descr) { return PyDataType_GetArrFuncs(descr); }

bool is_users(PyArray_Descr* descr) {
  return PyTypeNum_ISUSERDEF(descr->type_num) && functions_of(descr)->argmin &&
         functions_of(descr)->argmax && PyDataType_ELSIZE(descr) <= 64;
}

PyObject* object_at(const char* slot) {
  PyObject* object;
  std::memcpy(&object, slot, sizeof object);
  return object;
}

}  // namespace

thread_local int NestedCall::depth_ = 0;

NestedCall::NestedCall() {
  if (++depth_ > most)
    PyErr_Format(PyExc_RecursionError,
                 "comparisons that call minloc are nested %d deep; at most %d levels are possible",
                 depth_, most);
}

bool OwnComparison::knows(PyArray_Descr* descr) {
  switch (descr->type_num) {
    case NPY_OBJECT:
    case NPY_STRING:
    case NPY_UNICODE:
    case NPY_VSTRING: return true;
    default: return is_users(descr);
  }
}

OwnComparison::OwnComparison(PyArrayObject* array, Extreme extreme, Nan nan, bool raises_on_nan)
    : array_(array),
      itemsize_(PyArray_ITEMSIZE(array)),
      max_(extreme == Extreme::max),
      omits_(nan == Nan::omit || raises_on_nan),
      raises_on_nan_(raises_on_nan),
      swapped_(PyArray_ISBYTESWAPPED(array)),
      aligned_(PyArray_ISALIGNED(array)) {
  using Self = OwnComparison;
  PyArray_Descr* descr = PyArray_DESCR(array);
  switch (descr->type_num) {
    case NPY_OBJECT:
      needs_gil_ = true;
      missing_ = &Self::object_missing;
      leaf_ = omits_ ? &Self::all_slices<&Self::object_beats, &Self::object_missing>
                     : &Self::all_slices<&Self::object_beats, &Self::never>;
      return;
    case NPY_STRING: leaf_ = &Self::all_slices<&Self::bytes_beats, &Self::never>; return;
    case NPY_UNICODE: leaf_ = &Self::all_slices<&Self::str_beats, &Self::never>; return;
    case NPY_VSTRING: {
      const auto* string = reinterpret_cast<PyArray_StringDTypeObject*>(descr);
      // A null that is neither like NaN nor a string makes the comparison raise.
      needs_gil_ = string->na_object && !string->has_nan_na && !string->has_string_na;
      compare_ = functions_of(descr)->compare;
      if (string->has_nan_na) missing_ = &Self::string_missing;
      leaf_ = omits_ && string->has_nan_na
                  ? &Self::all_slices<&Self::string_beats, &Self::string_missing>
                  : &Self::all_slices<&Self::string_beats, &Self::never>;
      return;
    }
    default: {
      needs_gil_ = PyDataType_FLAGCHK(descr, NPY_NEEDS_PYAPI);
      better_ = max_ ? functions_of(descr)->argmax : functions_of(descr)->argmin;
      worse_ = max_ ? functions_of(descr)->argmin : functions_of(descr)->argmax;
      leaf_ = &Self::user_slices;
      const bool ranks = itemsize_ == 1;
      if (!omits_ && !ranks) return;
      Ref one(PyLong_FromLong(1));
      // A dtype that cannot hold 1 has no NaN that could be told from its numbers.
      if (one && functions_of(descr)->setitem(one.get(), number_, array) == 0)
        missing_ = &Self::user_missing;
      PyErr_Clear();
      if (!ranks) return;
      leaf_ = &Self::byte_slices;
      ranks_ = known_ranks();
      if (omits_ && !raises_on_nan_) std::ranges::replace(ranks_, nan_wins, nan_is_missing);
    }
  }
}

template <bool (OwnComparison::*beats)(const char*, const char*),
          bool (OwnComparison::*missing)(const char*)>
bool OwnComparison::all_slices(const Tile& tile, const Panel& panel) {
  auto** bests = reinterpret_cast<const char**>(panel.keys);
  for (Index slice = 0; slice < tile.slices; ++slice) {
    if (tile.fresh) panel.indices[slice] = no_candidate;
    const char* x = tile.data + slice * tile.slice_stride;
    for (Index j = 0; j < tile.length; ++j, x += tile.stride) {
      if (--until_look_ == 0 && is_interrupted()) return false;
      if (tile.mask && !tile.mask.keeps(slice, j)) continue;
      const bool skip = (this->*missing)(x);
      if (skip && raises_on_nan_) met_nan_ = !failed_;
      if (met_nan_) return false;
      const bool wins = !skip && !failed_ &&
                        (panel.indices[slice] == no_candidate || (this->*beats)(x, bests[slice]));
      if (failed_) return false;
      if (!wins) continue;
      bests[slice] = x;
      panel.indices[slice] = tile.index + j * tile.step;
    }
  }
  return true;
}

bool OwnComparison::is_interrupted() {
  until_look_ = elements_between_looks;
  if (needs_gil_) return PyErr_CheckSignals() < 0;
  return patience_.ends(until_look_ * itemsize_);
}

// NULL stands for an object that was never set: it loses against every object.
bool OwnComparison::object_beats(const char* x, const char* best) {
  Ref left(Py_XNewRef(object_at(x))), right(Py_XNewRef(object_at(best)));
  if (!left || !right) return static_cast<bool>(left);
  const int answer = PyObject_RichCompareBool(left.get(), right.get(), max_ ? Py_GT : Py_LT);
  failed_ = answer < 0;
  return answer > 0;
}

// Like NumPy: an object that is not equal to itself. (RichCompareBool would not ask the object.)
bool OwnComparison::object_missing(const char* x) {
  Ref object(Py_XNewRef(object_at(x)));
  if (!object) return true;
  Ref differs(PyObject_RichCompare(object.get(), object.get(), Py_NE));
  const int answer = differs ? PyObject_IsTrue(differs.get()) : -1;
  failed_ = answer < 0;
  return answer > 0;
}

bool OwnComparison::bytes_beats(const char* x, const char* best) {
  const int order = std::memcmp(x, best, static_cast<std::size_t>(itemsize_));
  return max_ ? order > 0 : order < 0;
}

bool OwnComparison::str_beats(const char* x, const char* best) {
  for (Index at = 0; at < itemsize_; at += 4) {
    std::uint32_t a, b;
    std::memcpy(&a, x + at, 4);
    std::memcpy(&b, best + at, 4);
    if (a == b) continue;
    if (swapped_) {
      a = __builtin_bswap32(a);
      b = __builtin_bswap32(b);
    }
    return max_ ? a > b : a < b;
  }
  return false;
}

// The dtype's comparison puts a null above everything, itself included: that is how to tell one.
bool OwnComparison::string_missing(const char* x) { return compare_(x, x, array_) != 0; }

bool OwnComparison::string_beats(const char* x, const char* best) {
  const int order = compare_(x, best, array_);
  if (needs_gil_ && PyErr_Occurred()) {
    failed_ = true;
    return false;
  }
  if (!(max_ ? order > 0 : order < 0)) return false;
  const bool null_on_null = string_missing(x) && string_missing(best);
  return !null_on_null;
}

// Copies an element to `place`, aligned and with its bytes in the machine's order.
void OwnComparison::fetch(const char* element, char* place) {
  functions_of(PyArray_DESCR(array_))
      ->copyswap(place, const_cast<char*>(element), swapped_, array_);
}

// A user's dtype has one public comparison, argmin or argmax of adjacent elements: of two elements
// side by side, the second wins if it is better.
bool OwnComparison::user_beats(const char* x, const char* best) {
  npy_intp winner = 0;
  fetch(best, pair_);
  fetch(x, pair_ + itemsize_);
  better_(pair_, 2, &winner, array_);
  return winner == 1;
}

// A NaN wins argmin and argmax against a number; nothing else does.
bool OwnComparison::user_missing(const char* x) {
  npy_intp lowest = 0, highest = 0;
  std::memcpy(pair_, number_, static_cast<std::size_t>(itemsize_));
  fetch(x, pair_ + itemsize_);
  better_(pair_, 2, &lowest, array_);
  worse_(pair_, 2, &highest, array_);
  return lowest == 1 && highest == 1;
}

bool OwnComparison::user_slices(const Tile& tile, const Panel& panel) {
  const bool as_it_lies = tile.fresh && !tile.mask && !omits_ && !swapped_ && aligned_ &&
                          (tile.stride == itemsize_ || tile.length == 1);
  if (!as_it_lies) {
    return omits_ ? all_slices<&OwnComparison::user_beats, &OwnComparison::is_missing>(tile, panel)
                  : all_slices<&OwnComparison::user_beats, &OwnComparison::never>(tile, panel);
  }
  for (Index slice = 0; slice < tile.slices; ++slice) {
    const char* first = tile.data + slice * tile.slice_stride;
    npy_intp winner = 0;
    better_(const_cast<char*>(first), tile.length, &winner, array_);
    reinterpret_cast<const char**>(panel.keys)[slice] = first + winner * tile.stride;
    panel.indices[slice] = tile.index + winner * tile.step;
  }
  return true;
}

// Sorts everything that a byte can be; equal elements have one rank.
OwnComparison::Ranks OwnComparison::ranks_of_bytes() {
  Ranks ranks;
  unsigned char numbers[256];
  int count = 0;
  for (int byte = 0; byte < 256; ++byte) {
    const char element = static_cast<char>(byte);
    ranks[static_cast<std::size_t>(byte)] = nan_wins;
    if (!is_missing(&element)) numbers[count++] = static_cast<unsigned char>(byte);
  }
  const auto beats = [&](unsigned char x, unsigned char y) {
    const char left = static_cast<char>(x), right = static_cast<char>(y);
    return user_beats(&left, &right);
  };
  std::stable_sort(numbers, numbers + count, beats);
  std::int16_t rank = 0;
  for (int i = 0; i < count; ++i) {
    if (i > 0 && beats(numbers[i - 1], numbers[i])) ++rank;
    ranks[numbers[i]] = rank;
  }
  return ranks;
}

// Remembered for each dtype: to find them takes as long as to reduce thousands of bytes.
OwnComparison::Ranks OwnComparison::known_ranks() {
  static std::mutex mutex;
  static std::map<std::pair<int, bool>, Ranks> known;
  const std::pair key(PyArray_TYPE(array_), max_);
  {
    const std::lock_guard lock(mutex);
    if (const auto found = known.find(key); found != known.end()) return found->second;
  }
  const Ranks ranks = ranks_of_bytes();
  const std::lock_guard lock(mutex);
  known.emplace(key, ranks);
  return ranks;
}

bool OwnComparison::byte_slices(const Tile& tile, const Panel& panel) {
  auto** bests = reinterpret_cast<const char**>(panel.keys);
  const auto rank_of = [&](const char* x) { return ranks_[static_cast<unsigned char>(*x)]; };
  for (Index slice = 0; slice < tile.slices; ++slice) {
    if (tile.fresh) panel.indices[slice] = no_candidate;
    std::int16_t best =
        panel.indices[slice] == no_candidate ? nan_is_missing : rank_of(bests[slice]);
    const char* x = tile.data + slice * tile.slice_stride;
    for (Index j = 0; j < tile.length; ++j, x += tile.stride) {
      if (tile.mask && !tile.mask.keeps(slice, j)) continue;
      const std::int16_t rank = rank_of(x);
      if (rank >= best) continue;
      best = rank;
      bests[slice] = x;
      panel.indices[slice] = tile.index + j * tile.step;
    }
    met_nan_ = raises_on_nan_ && best == nan_wins;
    if (met_nan_) return false;
  }
  return true;
}

bool OwnComparison::nan_slices(const Tile& tile, const Panel& panel) {
  for (Index slice = 0; slice < tile.slices; ++slice) {
    if (tile.fresh) panel.indices[slice] = 0;
    const char* x = tile.data + slice * tile.slice_stride;
    for (Index j = 0; j < tile.length; ++j, x += tile.stride) {
      if (tile.mask && !tile.mask.keeps(slice, j)) continue;
      if (is_missing(x)) panel.indices[slice] = no_candidate;
      if (failed_) return false;
    }
  }
  return true;
}

}  // namespace minloc
