//! Charts: SVG drawn with plotters, PNG made from the SVG, the data beside each.
