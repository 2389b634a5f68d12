//! Workbooks that quorate writes: the published results, the findings, and their linter.
