#include "named_tuples.hpp"

namespace minloc {
namespace {

constexpr const char* class_names[] = {"FindResult", "ArgMinMax", "TopK"};
PyTypeObject* types[3];
newfunc new_tuple = nullptr;

}  // namespace

bool prepare_named_tuples() {
  new_tuple = reinterpret_cast<newfunc>(PyType_GetSlot(&PyTuple_Type, Py_tp_new));
  Ref module(PyImport_ImportModule("minloc._results"));
  for (int which = 0; module && which < 3; ++which)
    types[which] =
        reinterpret_cast<PyTypeObject*>(PyObject_GetAttrString(module.get(), class_names[which]));
  return new_tuple && module && types[0] && types[1] && types[2];
}

PyObject* named_tuple(NamedTuple which, PyObject* first, PyObject* second) {
  // As the class itself does it, without a Python frame.
  Ref pair(PyTuple_Pack(2, first, second));
  Ref arguments(pair ? PyTuple_Pack(1, pair.get()) : nullptr);
  if (!arguments) return nullptr;
  return new_tuple(types[static_cast<int>(which)], arguments.get(), nullptr);
}

}  // namespace minloc
