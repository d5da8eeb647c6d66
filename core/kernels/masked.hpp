// Masked slices, whatever the layout of the mask: see parts.hpp. The loops are those for slices
// without a mask.
#pragma once

#include "along.hpp"
#include "columns.hpp"

namespace minloc::MINLOC_ISA {

// Slices of adjacent elements, upwards or downwards.
template <class O>
void along_masked(const Tile& tile, const Panel* panels) {
  along_by_mask(tile, panels[0],
                {along<O, Masked<O>, 1>, along<O, Adjacent<O>, 1>, clear_panel<O>,
                 static_cast<Index>(sizeof(typename O::Key))});
}

// Slices that are side by side.
template <class O>
void columns_masked(const Tile& tile, const Panel* panels) {
  columns_by_mask(tile, panels[0],
                  {columns<O, Masked<O>, 1>, columns<O, Adjacent<O>, 1>, clear_panel<O>,
                   static_cast<Index>(sizeof(typename O::Key))});
}

}  // namespace minloc::MINLOC_ISA
