//! Errors that stop a run: typed, with the place, what was found, what was expected and what to do.
//!
//! A fault in somebody's data is not an error but a [`Finding`](crate::finding::Finding): it is collected and the run goes on.

use std::fmt;
use std::path::Path;

/// The result of anything that may not be able to go on.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why the program cannot go on.
///
/// Built up by its constructors and [`found`](Error::found), [`expected`](Error::expected), [`hint`](Error::hint):
///
/// ```
/// use quorate::Error;
/// let error = Error::file("frame.csv", "the frame has no column named \"id\"")
///     .found("columns: carer, area")
///     .expected("a column with the identifiers")
///     .hint("set id under [frame] in the pipeline file");
/// assert_eq!(error.kind, quorate::error::Kind::File);
/// ```
#[derive(Debug, Clone)]
pub struct Error(Box<Inner>);

impl std::ops::Deref for Error {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// The parts of an [`Error`].
#[derive(Debug, Clone)]
pub struct Inner {
    /// What sort of thing is wrong.
    pub kind: Kind,
    /// One sentence: what is wrong.
    pub problem: String,
    /// The file (and the place within it) where it is wrong.
    pub place: Option<String>,
    /// What stands there.
    pub found: Option<String>,
    /// What should stand there.
    pub expected: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
    /// The passage of a definition file to underline.
    pub excerpt: Option<Excerpt>,
}

/// What sort of thing is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The command line asks for something that cannot be.
    Usage,
    /// An instrument, pipeline or benchmark file does not say what it must.
    Definition,
    /// A file is missing, unreadable, or not what it should be.
    File,
    /// The data cannot carry what was asked (a stratum with one unit, a negative weight).
    Data,
}

/// A passage of a text file, with the part that is wrong.
#[derive(Debug, Clone)]
pub struct Excerpt {
    /// The file's name as the user gave it.
    pub name: String,
    /// The file's whole text.
    pub text: String,
    /// The byte range that is wrong.
    pub span: std::ops::Range<usize>,
    /// What to write under the range.
    pub label: String,
}

impl Error {
    fn new(kind: Kind, place: Option<String>, problem: impl Into<String>) -> Self {
        Error(Box::new(Inner {
            kind,
            problem: problem.into(),
            place,
            found: None,
            expected: None,
            hint: None,
            excerpt: None,
        }))
    }

    /// The command line asks for something that cannot be.
    pub fn usage(problem: impl Into<String>) -> Self {
        Self::new(Kind::Usage, None, problem)
    }

    /// A definition file at `path` is wrong.
    pub fn definition(path: impl AsRef<Path>, problem: impl Into<String>) -> Self {
        Self::new(Kind::Definition, Some(path.as_ref().display().to_string()), problem)
    }

    /// The file at `path` is missing, unreadable, or not what it should be.
    pub fn file(path: impl AsRef<Path>, problem: impl Into<String>) -> Self {
        Self::new(Kind::File, Some(path.as_ref().display().to_string()), problem)
    }

    /// The data cannot carry what was asked.
    pub fn data(problem: impl Into<String>) -> Self {
        Self::new(Kind::Data, None, problem)
    }

    /// Sets the place, as `file`, `file > sheet > cell` or `file:line`.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.0.place = Some(place.into());
        self
    }

    /// Adds what was found.
    #[must_use]
    pub fn found(mut self, found: impl Into<String>) -> Self {
        self.0.found = Some(found.into());
        self
    }

    /// Adds what was expected.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.0.expected = Some(expected.into());
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Adds the passage to underline.
    #[must_use]
    pub fn excerpt(mut self, excerpt: Excerpt) -> Self {
        self.0.excerpt = Some(excerpt);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)?;
        for (name, part) in
            [("place", &self.place), ("found", &self.found), ("expected", &self.expected), ("hint", &self.hint)]
        {
            if let Some(part) = part {
                write!(f, "\n  {name:<10}{part}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
