//! What all pages share around their sections: the head with its policy, the masthead, the foot.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::style;

/// The frame of a page. Pages differ in their sections, and in what is named here.
pub(crate) struct Shell<'a> {
    pub title: &'a str,
    pub organisation: &'a str,
    /// The line under the title: period, kind, date.
    pub edition: String,
    /// Facts at the side of the masthead, as label and value.
    pub imprint: Vec<(&'a str, String)>,
    pub notice: Option<&'a str>,
    /// Anchor and words of the link with which a keyboard skips the masthead.
    pub skip: (&'a str, &'a str),
    /// The class of the body, for pages laid out otherwise.
    pub class: Option<&'a str>,
    /// Rules of this page beside the shared ones.
    pub sheet: &'a str,
    pub version: &'a str,
    pub foot: String,
}

impl Shell<'_> {
    /// The whole page around its sections.
    pub fn around(&self, sections: &Markup) -> String {
        let page = html! {
            (DOCTYPE)
            html lang="en-GB" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta http-equiv="Content-Security-Policy" content=(style::policy());
                    meta name="color-scheme" content="light dark";
                    meta name="generator" content={ "quorate " (self.version) };
                    title { (self.title) " – " (self.organisation) }
                    style { (PreEscaped(style::sheet())) (PreEscaped(self.sheet)) }
                }
                body class=[self.class] {
                    a.skip href={ "#" (self.skip.0) } { (self.skip.1) }
                    (self.masthead())
                    main { (sections) }
                    footer {
                        p { (self.foot) }
                        p { a href="#top" { "Back to the top" } }
                    }
                    script { (PreEscaped(style::SCRIPT)) }
                }
            }
        };
        page.into_string()
    }

    fn masthead(&self) -> Markup {
        html! {
            header.masthead id="top" {
                div.inner {
                    p.organisation { (self.organisation) }
                    h1 { (self.title) }
                    p.edition { (self.edition) }
                    @if !self.imprint.is_empty() {
                        dl.imprint {
                            @for (label, value) in &self.imprint { div { dt { (label) } dd { (value) } } }
                        }
                    }
                }
                @if let Some(notice) = self.notice {
                    p.notice { strong { "Please note. " } (notice) }
                }
            }
        }
    }
}
