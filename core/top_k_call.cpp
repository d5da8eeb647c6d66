#include "top_k_call.hpp"

#include <algorithm>

#include "errors.hpp"
#include "named_tuples.hpp"
#include "own_comparison.hpp"
#include "top_k.hpp"

namespace minloc {
namespace {

// The arrays of the result: the axis of k ranks takes the place of a single reduced axis, or comes
// last.
struct RankedArrays {
  int ndim, rank_axis;
  Index sizes[max_ndim + 1];
  Ref values, indices;

  RankedArrays(const Call& call, bool in_place, Index k)
      : ndim(call.shape.ndim + 1), rank_axis(in_place ? call.axes.list[0] : call.shape.ndim) {
    for (int axis = 0, kept = 0; axis < ndim; ++axis)
      sizes[axis] = axis == rank_axis ? k : call.shape.sizes[kept++];
  }

  bool make(const Call& call) {
    if (ndim > max_ndim) {
      PyErr_Format(PyExc_ValueError, "the result would have %d dimensions; at most %d are possible",
                   ndim, max_ndim);
      return false;
    }
    PyArray_Descr* descr = PyArray_DESCR(call.a);
    Py_INCREF(reinterpret_cast<PyObject*>(descr));
    values =
        Ref(PyArray_NewFromDescr(&PyArray_Type, descr, ndim, sizes, nullptr, nullptr, 0, nullptr));
    indices = Ref(PyArray_NewFromDescr(&PyArray_Type, PyArray_DescrFromType(NPY_INTP), ndim, sizes,
                                       nullptr, nullptr, 0, nullptr));
    return values && indices;
  }

  TopAnswer answer() {
    Index step = 1;
    for (int axis = rank_axis + 1; axis < ndim; ++axis) step *= sizes[axis];
    return {PyArray_BYTES(values.array()), reinterpret_cast<Index*>(PyArray_BYTES(indices.array())),
            step};
  }
};

// Sets the exception that an outcome stands for.
void raise(const Call& call, const TopOutcome& outcome, PyObject* k) {
  if (outcome.status == TopOutcome::Status::interrupted) return;  // it is set
  if (outcome.status == TopOutcome::Status::no_memory) {
    PyErr_NoMemory();
  } else if (outcome.status == TopOutcome::Status::nan) {
    call.raise_nan(outcome.slice);
  } else {
    Ref text(
        PyUnicode_FromFormat("top_k() cannot give k=%S elements of a slice with %zd candidates", k,
                             static_cast<Py_ssize_t>(outcome.candidates)));
    raise_about_slice(PyExc_ValueError, text, call.place_of_slice(outcome.slice));
  }
}

// For a dtype that brings its own comparison: NumPy sorts, from Python.
PyObject* call_by_sorting(const Call& call, const Arguments& arguments, Index k, bool takes_fewer,
                          Extreme extreme, bool in_place) {
  Ref module(PyImport_ImportModule("minloc._own_dtypes"));
  Ref axes = call.axes_tuple();
  PyObject* mask = call.mask_holder ? call.mask_holder.get() : Py_None;
  if (!module || !axes) return nullptr;
  const NotResized keeps_array(arguments.a), keeps_mask(call.mask_holder.get());
  const NestedCall nested;
  if (!nested) return nullptr;
  const char* policy = name_of(call.question);
  Ref pair(PyObject_CallMethod(
      module.get(), "top_k", "OnOOOsOOO", arguments.a, k, takes_fewer ? Py_True : Py_False,
      axes.get(), extreme == Extreme::max ? Py_True : Py_False, policy, mask,
      call.mask.masked_value ? Py_True : Py_False, in_place ? Py_True : Py_False));
  if (!pair) return nullptr;
  PyObject *first = PyTuple_GetItem(pair.get(), 0), *second = PyTuple_GetItem(pair.get(), 1);
  if (!first || !second) return nullptr;
  if (PyArray_Check(first)) return named_tuple(NamedTuple::top_k, first, second);
  // The first slice that is an error, and how many candidates it has, negative for a NaN.
  const Index slice = PyLong_AsSsize_t(first), candidates = PyLong_AsSsize_t(second);
  using enum TopOutcome::Status;
  raise(call, {candidates < 0 ? nan : too_few, slice, candidates}, arguments.k);
  return nullptr;
}

// A view of memory that broadcasts to the array's shape.
Ref view_of(const Call& call, const Ref& holder, const char* data, const Index* strides) {
  PyArray_Descr* descr = PyArray_DESCR(holder.array());
  Py_INCREF(reinterpret_cast<PyObject*>(descr));
  Ref view(PyArray_NewFromDescr(&PyArray_Type, descr, call.array.ndim, call.array.shape, strides,
                                const_cast<char*>(data), 0, nullptr));
  if (view && PyArray_SetBaseObject(view.array(), Py_NewRef(holder.get())) < 0) return Ref();
  return view;
}

// For groups: Python sorts out which elements each has.
PyObject* call_by_groups(const Call& call, Index k, bool takes_fewer, Extreme extreme) {
  Ref module(PyImport_ImportModule("minloc._grouped_top_k"));
  Ref axes = call.axes_tuple();
  Ref labels = view_of(call, call.labels_holder, call.labels.data, call.labels.strides);
  Ref mask(Py_NewRef(Py_None));
  if (call.mask_holder) mask = view_of(call, call.mask_holder, call.mask.data, call.mask.strides);
  if (mask && call.mask_holder && call.mask.masked_value) mask = Ref(PyNumber_Invert(mask.get()));
  Ref target(Py_NewRef(Py_None));
  if (call.target_holder)
    target = view_of(call, call.target_holder, call.target.data, call.target.strides);
  if (!module || !axes || !labels || !mask || !target) return nullptr;
  const NotResized keeps_array(reinterpret_cast<PyObject*>(call.a)),
      keeps_mask(call.mask_holder.get()), keeps_labels(call.labels_holder.get());
  Ref pair(PyObject_CallMethod(module.get(), "top_k", "OnOOiOsOOnO",
                               reinterpret_cast<PyObject*>(call.a), k,
                               takes_fewer ? Py_True : Py_False, axes.get(), call.one_axis,
                               extreme == Extreme::max ? Py_True : Py_False, name_of(call.question),
                               mask.get(), labels.get(), call.groups.groups, target.get()));
  return pair ? named_tuple(NamedTuple::top_k, PyTuple_GetItem(pair.get(), 0),
                            PyTuple_GetItem(pair.get(), 1))
              : nullptr;
}

}  // namespace

PyObject* call_top_k(const Function& function, const Arguments& arguments,
                     const MaskArgument& mask_argument, bool takes_fewer) {
  Call call(function);
  if (!call.read(arguments, mask_argument)) return nullptr;
  const Extreme extreme = call.question.extreme;
  const bool in_place = call.one_axis >= 0;
  const Index k = takes_fewer ? std::min(call.k, call.length) : call.k;
  if (call.groups.exists) return call_by_groups(call, k, takes_fewer, extreme);
  if (!call.has_kernels())
    return call_by_sorting(call, arguments, k, takes_fewer, extreme, in_place);

  const NanRank nan = call.question.raises_on_nan           ? NanRank::refuse
                      : call.question.nan == Nan::propagate ? NanRank::last
                                                            : NanRank::omit;
  RankedArrays arrays(call, in_place, k);
  TopAnswer answer{};
  if (k <= call.length) {
    if (!arrays.make(call)) return nullptr;
    answer = arrays.answer();
  }
  TopOutcome outcome;
  {
    const WithoutGil without_gil(call.releases_gil());
    outcome = top_k(call.array, call.mask, call.axes, k, takes_fewer, extreme, nan,
                    *instruction_set().kernels, call.kernel_dtype(), answer);
  }
  if (outcome.status != TopOutcome::Status::done) {
    raise(call, outcome, arguments.k);
    return nullptr;
  }
  if (!arrays.values && !arrays.make(call)) return nullptr;  // there are no slices
  return named_tuple(NamedTuple::top_k, arrays.values.get(), arrays.indices.get());
}

}  // namespace minloc
