// Dtypes that bring their own comparison: object, bytes, str, StringDType and those of users.
//
// One loop serves them all: elements are visited in index order and compared where they lie, the
// best so far is a pointer into the array. So an object's comparison is called as NumPy calls it:
// once for each element after the first, the element on the left, the best so far on the right.
#pragma once

#include <array>

#include "leaves.hpp"
#include "numpy_api.hpp"

namespace minloc {

// Keeps an array's memory where it is while its elements' own code runs: an array to which there is
// a weak reference is not resized in place, `refcheck=False` or not.
class NotResized {
 public:
  explicit NotResized(PyObject* array) {
    for (Ref& reference : references_) {
      if (!array || !PyArray_Check(array)) return;
      reference = Ref(PyWeakref_NewRef(array, nullptr));
      if (!reference) PyErr_Clear();
      array = PyArray_BASE(reinterpret_cast<PyArrayObject*>(array));
    }
  }

 private:
  Ref references_[4];  // to the array and to those that it is a view of
};

// A call whose comparisons may call this library again, and those again. A level takes 20 KB of the
// stack, which is more than Python reckons with, so levels are counted here. False, with a
// RecursionError, where there are too many.
class NestedCall {
 public:
  NestedCall();
  ~NestedCall() { --depth_; }
  NestedCall(const NestedCall&) = delete;
  NestedCall& operator=(const NestedCall&) = delete;
  explicit operator bool() const { return depth_ <= most; }

 private:
  static constexpr int most = 100;
  static thread_local int depth_;
};

class OwnComparison {
 public:
  // Whether the dtype has an order that this class knows.
  static bool knows(PyArray_Descr* descr);

  // `raises_on_nan`: gives up at the first NaN.
  OwnComparison(PyArrayObject* array, Extreme extreme, Nan nan, bool raises_on_nan);

  // Whether the comparison may call Python.
  bool needs_gil() const { return needs_gil_; }

  bool met_nan() const { return met_nan_; }

  // From now on finds the slices that have a NaN: the answer is no_candidate for them alone.
  void look_for_nan() { leaf_ = &OwnComparison::nan_slices; }

  // Whether an element is no candidate under `omit`.
  bool is_missing(const char* element) { return (this->*missing_)(element); }

  // A leaf as `run` wants it; false when a comparison raised or a NaN was met that must not be. The
  // panel's keys are pointers.
  bool operator()(const Tile& tile, const Panel* panel) { return (this->*leaf_)(tile, *panel); }
  const Coding* codings() const { return nullptr; }
  static constexpr Index key_size = sizeof(const char*);

 private:
  static constexpr Index elements_between_looks = 1 << 14;

  template <bool (OwnComparison::*beats)(const char*, const char*),
            bool (OwnComparison::*missing)(const char*)>
  bool all_slices(const Tile& tile, const Panel& panel);

  // beats: whether `x` is better than `best`; missing: whether `x` is no candidate under `omit`.
  bool object_beats(const char* x, const char* best);
  bool object_missing(const char* x);
  bool bytes_beats(const char* x, const char* best);
  bool str_beats(const char* x, const char* best);
  bool string_beats(const char* x, const char* best);
  bool string_missing(const char* x);
  bool user_beats(const char* x, const char* best);
  bool user_missing(const char* x);
  bool never(const char*) { return false; }

  bool user_slices(const Tile& tile, const Panel& panel);
  bool byte_slices(const Tile& tile, const Panel& panel);
  bool nan_slices(const Tile& tile, const Panel& panel);
  // Whether a signal ends the call; its handler has set an exception.
  bool is_interrupted();
  using Ranks = std::array<std::int16_t, 256>;
  Ranks ranks_of_bytes();
  Ranks known_ranks();
  void fetch(const char* element, char* place);

  PyArrayObject* array_;
  Index itemsize_;
  bool max_, omits_, raises_on_nan_, swapped_, aligned_;
  bool needs_gil_ = false;
  bool failed_ = false;                        // a comparison has raised
  Index until_look_ = elements_between_looks;  // for signals
  Patience patience_;
  bool met_nan_ = false;
  bool (OwnComparison::*leaf_)(const Tile&, const Panel&);
  bool (OwnComparison::*missing_)(const char*) = &OwnComparison::never;
  PyArray_CompareFunc* compare_ = nullptr;                // of StringDType
  PyArray_ArgFunc *better_ = nullptr, *worse_ = nullptr;  // of a user's dtype: argmin, argmax
  alignas(16) char pair_[2 * 64], number_[64];            // elements side by side; a number
  // Of a user's dtype of one byte: the rank of everything that a byte can be, 0 for the best.
  static constexpr std::int16_t nan_wins = -1, nan_is_missing = 256;
  Ranks ranks_;
};

}  // namespace minloc
