#include "partial.hpp"

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <new>

#include "elements.hpp"
#include "numpy_dtypes.hpp"
#include "pool.hpp"
#include "run.hpp"

namespace minloc {
namespace {

// So many slices are reduced at once: their indices, and for the most part the elements that these
// point at, are still in the second-level cache when the elements are taken.
constexpr Index slices_at_once = 1 << 13;
// So many bytes of elements are merged at once, and so many slices are worth a thread.
constexpr Index bytes_at_once_merged = 1 << 18, merged_by_thread = 1 << 17;

bool raise_layout() {
  PyErr_SetString(PyExc_ValueError,
                  "answers of a part must be arrays in C order with one entry for each slice, of "
                  "elements of one dtype and of signed integers that hold all indices");
  return false;
}

bool are_indices(PyArrayObject* a) {
  return PyArray_ISSIGNED(a) && PyArray_ISCARRAY_RO(a) && !PyArray_ISBYTESWAPPED(a);
}

bool are_values(PyArrayObject* a) { return PyArray_IS_C_CONTIGUOUS(a) && PyArray_ISALIGNED(a); }

Index largest_index(PyArrayObject* indices) {
  return std::numeric_limits<Index>::max() >> (64 - 8 * PyArray_ITEMSIZE(indices));
}

// Calls `visit(Integer{})` with the signed integer type of so many bytes.
template <class Visit>
void with_integer(Index bytes, Visit visit) {
  switch (bytes) {
    case 1: return visit(std::int8_t{});
    case 2: return visit(std::int16_t{});
    case 4: return visit(std::int32_t{});
    default: return visit(Index{});
  }
}

// Indices [first, first + count) of an array, counted from zero instead of `base`.
void widen(PyArrayObject* indices, Index first, Index count, Index base, Index* to) {
  with_integer(PyArray_ITEMSIZE(indices), [&](auto integer) {
    const auto* const from = reinterpret_cast<const decltype(integer)*>(PyArray_BYTES(indices));
    for (Index i = 0; i < count; ++i) {
      const Index index = from[first + i];
      to[i] = index + (index < 0 ? 0 : base);
    }
  });
}

void narrow(const Index* from, Index first, Index count, PyArrayObject* indices) {
  with_integer(PyArray_ITEMSIZE(indices), [&](auto integer) {
    using Integer = decltype(integer);
    auto* const to = reinterpret_cast<Integer*>(PyArray_BYTES(indices)) + first;
    for (Index i = 0; i < count; ++i) to[i] = static_cast<Integer>(from[i]);
  });
}

// A call, cut along its kept axes into blocks, each of which has its answers side by side.
class Blocks {
 public:
  explicit Blocks(const Call& call);

  Index count() const { return outer_ * per_outer_; }
  // The most slices that a block has.
  Index size() const { return run_ * below_; }
  // Writes a block's answers, with scratch for the indices of so many slices for each end; false if
  // a signal ends the call.
  bool answer(Index number, const PartAnswers& answers, Index* scratch) const;

 private:
  const Call& call_;
  int kept_[max_ndim], kept_count_ = 0;
  // The kept axis that is cut, into runs; before it blocks have one slice, behind it all.
  int cut_ = 0;
  Index outer_ = 1, per_outer_ = 1, length_ = 1, run_ = 1, below_ = 1;
};

Blocks::Blocks(const Call& call) : call_(call) {
  const Array& array = call.array;
  bool in_order = true;  // else neighbours in memory would be cut apart
  Index last = std::numeric_limits<Index>::max();
  for (int axis = 0; axis < array.ndim; ++axis) {
    if (call.axes.contains(axis)) continue;
    kept_[kept_count_++] = axis;
    if (array.shape[axis] == 1) continue;
    const Index stride = std::abs(array.strides[axis]);
    in_order = in_order && stride <= last;
    last = stride;
  }
  if (kept_count_ == 0) return;
  for (int i = 1; i < kept_count_; ++i) below_ *= array.shape[kept_[i]];
  while (in_order && below_ > slices_at_once && cut_ + 1 < kept_count_) {
    outer_ *= array.shape[kept_[cut_++]];
    below_ /= array.shape[kept_[cut_]];
  }
  length_ = array.shape[kept_[cut_]];
  run_ = length_;
  if (in_order && run_ * below_ > slices_at_once) run_ = slices_at_once / below_;
  per_outer_ = (length_ + run_ - 1) / run_;
}

bool Blocks::answer(Index number, const PartAnswers& answers, Index* scratch) const {
  const Index begin = number % per_outer_ * run_, rest = length_ - begin;
  Index shape[max_ndim], strides[2][max_ndim];
  Array array = call_.array;
  Mask mask = call_.mask;
  const auto move = [&](int axis, Index steps) {
    array.data += steps * array.strides[axis];
    if (mask.data) mask.data += steps * mask.strides[axis];
  };
  for (int axis = 0; axis < array.ndim; ++axis) shape[axis] = array.shape[axis];
  Index outer = number / per_outer_;
  const Index first = (outer * length_ + begin) * below_;
  for (int i = cut_ - 1; i >= 0; --i) {
    const Index size = array.shape[kept_[i]];
    move(kept_[i], outer % size);
    outer /= size;
    shape[kept_[i]] = 1;
  }
  if (kept_count_ > 0) {
    move(kept_[cut_], begin);
    shape[kept_[cut_]] = rest < run_ ? rest : run_;
  }
  array.shape = shape;
  Index count = 1;
  for (int i = kept_count_ - 1; i >= 0; --i) {
    strides[0][i] = count * Index{sizeof(Index)};
    strides[1][i] = count * array.itemsize;
    count *= shape[kept_[i]];
  }
  Plan plan(array, mask, call_.axes, strides[0], Visit::memory_order, call_.question.ties);
  plan.may_miss = call_.may_miss();
  const auto end = [&](int which) {
    return End{call_.order(extreme_of(call_.function, which)),
               reinterpret_cast<char*>(scratch + which * size())};
  };
  const Outcome outcome = answers.ends == 1 ? run(plan, array.itemsize, end(0))
                                            : run(plan, array.itemsize, end(0), end(1));
  if (!outcome.finished) return false;
  static constexpr char nothing[64] = {};
  const Slices slices(array, call_.axes);
  for (int which = 0; which < answers.ends; ++which) {
    Places indices{end(which).out, {}};
    Places values{PyArray_BYTES(answers.values[which]) + first * array.itemsize, {}};
    for (int i = 0; i < kept_count_; ++i) {
      indices.strides[i] = strides[0][i];
      values.strides[i] = strides[1][i];
    }
    slices.take(indices, values, nothing);
    narrow(scratch + which * size(), first, count, answers.indices[which]);
  }
  return true;
}

// One of the answers to be merged.
struct Part {
  PyArrayObject *values, *indices;
  Index base;

  // False unless it is of as many slices as the merged ones, and lies as these and the first do.
  bool read(PyObject* tuple, PyArrayObject* merged, const Part& first);
};

bool Part::read(PyObject* tuple, PyArrayObject* merged, const Part& first) {
  if (!PyTuple_Check(tuple) || PyTuple_Size(tuple) != 3) return raise_layout();
  PyObject *const one = PyTuple_GetItem(tuple, 0), *const other = PyTuple_GetItem(tuple, 1);
  if (!PyArray_Check(one) || !PyArray_Check(other)) return raise_layout();
  values = reinterpret_cast<PyArrayObject*>(one);
  indices = reinterpret_cast<PyArrayObject*>(other);
  base = PyLong_AsSsize_t(PyTuple_GetItem(tuple, 2));
  if (base == -1 && PyErr_Occurred()) return false;
  const Index size = PyArray_SIZE(merged);
  return (are_values(values) && are_indices(indices) && PyArray_SIZE(values) == size &&
          PyArray_SIZE(indices) == size &&
          PyArray_ITEMSIZE(indices) == PyArray_ITEMSIZE(first.indices) &&
          PyArray_EquivTypes(PyArray_DESCR(values), PyArray_DESCR(merged))) ||
         raise_layout();
}

// Merges parts, some slices of all of them at a time.
class Merge {
 public:
  Merge(const PartAnswers& answers, const Part* parts, Index count, const Order& order, Ties ties,
        bool omits, bool in_order)
      : values_(answers.values[0]),
        indices_(answers.indices[0]),
        parts_(parts),
        count_(count),
        order_(order),
        ties_(ties),
        omits_(omits),
        in_order_(in_order),
        itemsize_(PyArray_ITEMSIZE(values_)),
        swapped_(PyArray_ISBYTESWAPPED(values_)) {
    const Index room = bytes_at_once_merged / (count * itemsize_);
    width_ = room < 64 ? 64 : room > panel_slices ? panel_slices : room;
  }

  // Merges slices [begin, end); false if there is no memory for it.
  bool operator()(Index begin, Index end) const;

 private:
  using Bytes = std::unique_ptr<char[]>;

  // Merge `size` slices from `first` on: their elements go to the answers, their indices to `best`.
  // As the rows of one array, of which the core chooses the best: parts that are in order are in
  // the order of their indices. `rows` has room for elements and masks of them all.
  bool as_rows(Index first, Index size, char* rows, Index* best) const;
  // One after the other.
  bool in_turn(Index first, Index size, Index* others, Index* best) const;

  char* elements(PyArrayObject* a, Index first) const {
    return PyArray_BYTES(a) + first * itemsize_;
  }
  template <class Integer>
  const Integer* indices(Index part, Index first) const {
    return reinterpret_cast<const Integer*>(PyArray_BYTES(parts_[part].indices)) + first;
  }

  PyArrayObject *values_, *indices_;
  const Part* parts_;
  Index count_;
  Order order_;
  Ties ties_;
  bool omits_, in_order_;
  Index itemsize_;
  bool swapped_;
  Index width_;
};

bool Merge::operator()(Index begin, Index end) const {
  const auto bytes = static_cast<std::size_t>(in_order_ ? count_ * width_ * (itemsize_ + 1)
                                                        : width_ * Index{sizeof(Index)});
  const std::unique_ptr<Index[]> best(new (std::nothrow) Index[static_cast<std::size_t>(width_)]);
  const std::unique_ptr<char[]> room(new (std::nothrow) char[bytes]);
  if (!best || !room) return false;
  for (Index first = begin; first < end; first += width_) {
    const Index size = end - first < width_ ? end - first : width_;
    if (in_order_ ? !as_rows(first, size, room.get(), best.get())
                  : !in_turn(first, size, reinterpret_cast<Index*>(room.get()), best.get()))
      return false;
    narrow(best.get(), first, size, indices_);
  }
  return true;
}

bool Merge::as_rows(Index first, Index size, char* rows, Index* best) const {
  char* const masks = rows + count_ * size * itemsize_;
  bool misses = false;
  for (Index part = 0; part < count_; ++part) {
    __builtin_memcpy(rows + part * size * itemsize_, elements(parts_[part].values, first),
                     static_cast<std::size_t>(size * itemsize_));
    with_integer(PyArray_ITEMSIZE(parts_[part].indices), [&](auto integer) {
      const auto* const from = indices<decltype(integer)>(part, first);
      decltype(integer) all = 0;
      for (Index i = 0; i < size; ++i) all |= from[i];
      misses |= all < 0;
    });
  }
  if (misses)
    for (Index part = 0; part < count_; ++part)
      with_integer(PyArray_ITEMSIZE(parts_[part].indices), [&](auto integer) {
        const auto* const from = indices<decltype(integer)>(part, first);
        for (Index i = 0; i < size; ++i) masks[part * size + i] = from[i] < 0;
      });
  const Index shape[] = {count_, size}, strides[] = {size * itemsize_, itemsize_};
  const Array array{rows, 2, shape, strides, itemsize_, swapped_};
  Mask mask;
  if (misses) mask = {masks, {size, 1}, true};
  const Index step = sizeof(Index);
  Plan plan(array, mask, {1, {0}}, &step, Visit::memory_order, ties_);
  plan.may_miss = misses || omits_;
  if (!run(plan, itemsize_, {order_, reinterpret_cast<char*>(best)}).finished) return false;
  const auto take = [&](auto integer, auto bytes) {
    char* value = elements(values_, first);
    for (Index i = 0; i < size; ++i, value += bytes) {
      const Index part = best[i];
      if (part == no_candidate) {
        __builtin_memset(value, 0, static_cast<std::size_t>(bytes));
        continue;
      }
      __builtin_memcpy(value, rows + (part * size + i) * bytes, static_cast<std::size_t>(bytes));
      best[i] = parts_[part].base + indices<decltype(integer)>(part, first)[i];
    }
  };
  with_integer(PyArray_ITEMSIZE(parts_[0].indices), [&](auto integer) {
    switch (itemsize_) {
      case 1: return take(integer, std::integral_constant<Index, 1>{});
      case 2: return take(integer, std::integral_constant<Index, 2>{});
      case 4: return take(integer, std::integral_constant<Index, 4>{});
      case 8: return take(integer, std::integral_constant<Index, 8>{});
      default: return take(integer, itemsize_);
    }
  });
  return true;
}

bool Merge::in_turn(Index first, Index size, Index* others, Index* best) const {
  char* const values = elements(values_, first);
  __builtin_memcpy(values, elements(parts_[0].values, first),
                   static_cast<std::size_t>(size * itemsize_));
  widen(parts_[0].indices, first, size, parts_[0].base, best);
  for (Index part = 1; part < count_; ++part) {
    widen(parts_[part].indices, first, size, parts_[part].base, others);
    if (!merge_on({order_, reinterpret_cast<char*>(best), values},
                  {order_, reinterpret_cast<char*>(others), elements(parts_[part].values, first)},
                  size, itemsize_, swapped_, ties_))
      return false;
  }
  return true;
}

}  // namespace

bool read_part_answers(PyObject* tuple, PartAnswers& answers) {
  const Py_ssize_t size = PyTuple_Check(tuple) ? PyTuple_Size(tuple) : 0;
  if (size != 2 && size != 4) return raise_layout();
  answers.ends = static_cast<int>(size / 2);
  for (int i = 0; i < size; ++i) {
    PyObject* const object = PyTuple_GetItem(tuple, i);
    if (!PyArray_Check(object)) return raise_layout();
    auto* const array = reinterpret_cast<PyArrayObject*>(object);
    if (PyArray_FailUnlessWriteable(array, "an answer") < 0) return false;
    if (i % 2 == 0 ? !are_values(array) : !are_indices(array)) return raise_layout();
    (i % 2 == 0 ? answers.values : answers.indices)[i / 2] = array;
  }
  return true;
}

bool first_part(const Function& function, const Arguments& arguments, const PartAnswers& answers) {
  Call call(function);
  MaskArgument mask;
  if (arguments.where && arguments.where != Py_True) mask.object = arguments.where;
  if (!call.read(arguments, mask)) return false;
  if (!call.has_kernels() || answers.ends != (function.form == Form::both ? 2 : 1))
    return raise_layout();
  Index slices = 1;
  for (int axis = 0; axis < call.shape.ndim; ++axis) slices *= call.shape.sizes[axis];
  for (int end = 0; end < answers.ends; ++end)
    if (!PyArray_EquivTypes(PyArray_DESCR(answers.values[end]), PyArray_DESCR(call.a)) ||
        PyArray_SIZE(answers.values[end]) != slices ||
        PyArray_SIZE(answers.indices[end]) != slices ||
        call.length - 1 > largest_index(answers.indices[end]))
      return raise_layout();
  if (call.array.size() == 0) return true;
  const Blocks blocks(call);
  const Index of_thread = blocks.size() * answers.ends;
  std::atomic<bool> finished{true}, has_memory{true};
  {
    const WithoutGil without_gil(call.releases_gil());
    const Index parts = blocks.count() < num_threads() ? blocks.count() : num_threads();
    share(parts, [&](Index part) {
      const std::unique_ptr<Index[]> scratch(new (std::nothrow)
                                                 Index[static_cast<std::size_t>(of_thread)]);
      if (!scratch) has_memory = false;
      for (Index number = part; scratch && finished && number < blocks.count(); number += parts)
        if (!blocks.answer(number, answers, scratch.get())) finished = false;
    });
  }
  if (finished && has_memory) return true;
  if (!PyErr_Occurred()) PyErr_NoMemory();
  return false;
}

bool merge_parts(const Function& function, const Arguments& arguments, const PartAnswers& answers,
                 PyObject* sequence, bool in_order) {
  Question question{};
  if (!read_words(function, arguments, question)) return false;
  const int dtype = kernel_dtype_of(PyArray_DESCR(answers.values[0]));
  const Index slices = PyArray_SIZE(answers.values[0]);
  const Index count = PyTuple_Check(sequence) ? PyTuple_Size(sequence) : 0;
  if (dtype < 0 || answers.ends != 1 || count == 0 || PyArray_SIZE(answers.indices[0]) != slices)
    return raise_layout();
  const std::unique_ptr<Part[]> parts(new (std::nothrow) Part[static_cast<std::size_t>(count)]);
  if (!parts) {
    PyErr_NoMemory();
    return false;
  }
  for (Index i = 0; i < count; ++i)
    if (!parts[i].read(PyTuple_GetItem(sequence, i), answers.values[0], parts[0])) return false;
  const auto kernels = static_cast<DType>(dtype);
  const Merge merge(answers, parts.get(), count,
                    instruction_set().kernels->order(kernels, function.extreme, question.nan),
                    question.ties, question.nan == Nan::omit && has_nan(kernels), in_order);
  std::atomic<bool> finished{true};
  {
    const WithoutGil without_gil(count * PyArray_NBYTES(answers.values[0]) >= releases_gil_from);
    const Index worth = count * slices / merged_by_thread + 1;
    const Index tasks = worth < num_threads() ? worth : num_threads();
    share(tasks, [&](Index task) {
      const Index each = slices / tasks, begin = each * task;
      if (!merge(begin, task + 1 == tasks ? slices : begin + each)) finished = false;
    });
  }
  if (!finished && !PyErr_Occurred()) PyErr_NoMemory();
  return finished;
}

}  // namespace minloc
