// Calls with the size of an element as a constant, for the usual sizes: then copying an element is
// one move, not a call.
#pragma once

#include <type_traits>

#include "dtypes.hpp"

namespace minloc {

// Calls `visit(size)`; inside it, `size` converts to a constant if it is 1, 2, 4 or 8.
template <class Visit>
auto with_item_size(Index size, Visit visit) {
  switch (size) {
    case 1: return visit(std::integral_constant<Index, 1>{});
    case 2: return visit(std::integral_constant<Index, 2>{});
    case 4: return visit(std::integral_constant<Index, 4>{});
    case 8: return visit(std::integral_constant<Index, 8>{});
    default: return visit(size);
  }
}

}  // namespace minloc
