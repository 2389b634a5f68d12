//! A council's progress report on 22 improvement actions (community care, 2003), typed as a workbook: structure, dates,
//! grades and oddities as they stand in the report, wording our own, roles in place of names.

use super::typed::{Sheet, T};

pub const HEADINGS: T = &[
    "1. Improvement action agreed after the 2000/01 audit.",
    "2. Key milestone dates agreed at the 2002/03 audit",
    "3. In short, what the improvement was intended to achieve.",
    "4. To what extent has the improvement action been implemented? Describe, with a letter A-D.",
    "5. Evidence for the auditor that supports the assessment.",
    "6. Dates for further follow up agreed with the auditor.",
    "Progress as at 30th June 2003.",
];

/// Every page of the report begins with the headings again.
pub fn sheet() -> Sheet {
    let mut sheet = Sheet::new("Progress report", 7);
    sheet.across("Improvement Action Progress Report Council: a Scottish council Service: Community care");
    sheet.row(&["Contact: Head of Service"]);
    for page in PAGES {
        sheet.row(HEADINGS);
        for row in *page {
            sheet.row(row);
        }
        sheet.row(&[]);
    }
    for note in [
        "Note: the grades are explained in Exhibit 1 at the end of the report.",
        "Exhibit 1: extent to which an action was implemented",
        "A - as planned: complete, or milestones met and on target.",
        "B - less than planned; plans to complete it can be shown.",
        "C - less than planned; no such plans can be shown.",
        "D - no longer intended; reasons should be given.",
    ] {
        sheet.row(&[note]);
    }
    sheet
}

const PAGES: &[&[T]] = &[
    &[
        &[
            "1. Frontline staff need to know Best Value better and apply it.",
            "Staff start to see what Best Value means for their work",
            "Hold Best Value workshops",
            "Workshops put off for want of staff; to be held with the training on commissioning guidance. (B)",
            "Quality Assurance Team: vacancies; its manager was taken up with complaints, investigated by DMT.",
            "October 2003",
            "Held up by staffing, but should be done in time.",
        ],
        &[
            "2. Community Care staff need to know how far the Best Value reviews have come.",
            "Staff understand the approach better, and see when actions were taken",
            "Send the Best Value achievement report round widely, have managers discuss it in meetings, and tie it to the workshops.",
            "Achievement report sent round. (A)",
            "Minutes of management and staff meetings.",
            "N/A",
        ],
    ],
    &[
        &[
            "3. All Community Care staff need to know which initiatives are going on at any time",
            "Staff are easier with change, feel part of it and are sure in their work with people.",
            "Write a newsletter in plain words every 4/6 weeks and send it to everyone in Community Care.",
            "Newsletter made and sent out. (A)",
            "A copy of the newsletter and the list it goes to",
            "N/A",
        ],
        &[
            "4. Service Centre plans need to be tied to the Best Value framework.",
            "Service Centres have business plans in a Best Value form.",
            "Have Service Centres write business plans every year, and review them.",
            "Two of 4 plans drafted in 2002/03. The other 2 follow in 2003/04.",
            "Copies of the plans can be had.",
            "December 2003",
            "A template is under review; should be done in time.",
        ],
        &[
            "5. A framework is needed that links Service Centres, Service Officers and Planners.",
            "All parts of the department work together more and better.",
            "Look into the structures by which Service Plans are made.",
            "To be reviewed with the restructuring of the council. (B)",
            "",
            "February 2004",
            "Ongoing.",
        ],
    ],
    &[
        &[
            "6. Senior managers need to be seen more and to say more about strategy.",
            "Staff can meet senior managers and see where the service is going.",
            "Sharing in business plans lets senior managers explain strategy to staff.",
            "The Head of Service meets every quarter with: unit managers, home help organisers, occupational therapists, community care managers",
            "Agendas and minutes.",
            "N/A",
        ],
        &[
            "",
            "",
            "",
            "service officers and the quality assurance manager; redesign days, managers' meetings, development days x 4(A)",
        ],
        &[
            "7. Consultations need to feed as directly as they can into Best Value recommendations.",
            "Reviews show clearly what consultation changed.",
            "Coming reviews analyse how consultation led to their recommendations.",
            "No Community Care review in 2002: the council reviewed themes such as knowledge and partnership. (A)",
            "",
            "N/A",
        ],
    ],
    &[
        &[
            "8. The cost of consultation needs to be benchmarked.",
            "The department bears these costs without a budget line.",
            "Take up the corporate way of consulting in full, and set up benchmarks.",
            "Costs of consultation worked out. (A) No benchmarks made: the area is unlike others. (D)",
            "",
            "N/A",
        ],
        &[
            "9. Best Value reviews need action plans after them.",
            "Every review has an action plan with targets, dates and reviews laid down.",
            "The achievement report sums up progress; action plans follow from it.",
            "Action plans are there. (A)",
            "Plans can be had; the implementation group watches them.",
            "N/A",
        ],
        &[
            "10. The progress of Best Value reviews needs to be watched",
            "Review action plans are watched regularly",
            "The departmental team looks at them every quarter",
            "The implementation group of Housing and Social Work watches, and reports to DMT twice a year. (A)",
            "",
            "N/A",
        ],
    ],
    &[
        &[
            "11. The Service Plan is to reach all Community Care staff.",
            "All staff know better where the service is going, its targets and expected outcomes.",
            "Newsletters as above will help. An easy summary of the Service Plan for all staff. Workshops to discuss it.",
            "On SWMT's agenda, to be passed down. Discussed at a Community Care meeting. (B)",
            "",
            "December 2003 (provisional)",
            "Ongoing.",
        ],
        &[
            "12. Staff need to understand the plan.",
            "As above.",
            "As above.",
            "Discussed with managers; service officers took part. (B)",
            "",
            "December 2003 (provisional)",
            "Ongoing.",
        ],
        &[
            "13. The plan needs summaries that public and staff can read",
            "As above.",
            "As above.",
            "A shorter plan in plain words is there; revised this year. (A)",
            "Copy of the Service Plan",
            "N/A",
        ],
    ],
    &[
        &[
            "14. Service Centre plans need to follow from the Service Plan.",
            "Service Centres have business plans that flow from the Service Plan.",
            "As above.",
            "A shorter plan in plain words is there; revised this year. (B)",
            "Training aims from headquarters' PDRs, put together. Supervision notes can be had.",
            "LINK TO POINT 4",
        ],
        &[
            "15. Supervision needs to improve, and more staff need an up-to-date PDR.",
            "Staff feel safer and better supported, and review their needs every year.",
            "Managers see to it that all staff are supervised, audit who has a PDR and raise the number.",
            "Headquarters' PDRs done; supervision every 4-6 weeks. Annual report on SWMT's agenda for February 2003, to be done in June. (B)",
            "Supervision notes. Dates in diaries.",
            "June 2003",
            "Completed",
        ],
        &[
            "16. A training plan is needed that is renewed every year",
            "A yearly training plan follows PDRs, priorities and what is asked from outside.",
            "The Training Board writes a plan for next year.",
            "Training strategy and plan written. (A)",
            "Strategy and plan can be had.",
            "N/A",
        ],
    ],
    &[
        &[
            "17. A full document on assets is needed: policy, procedure, and how they are watched.",
            "Policy and procedure are there.",
            "Set up a corporate group to write it.",
            "(D)",
            "",
            "N/A",
        ],
        &[
            "18. Budget reports need to be easy to use.",
            "Managers at every level see their budget and where it is tight",
            "Review the form in which budget managers are told",
            "Form set by the council; budgets and delayed discharges are watched (A)",
            "",
            "N/A",
        ],
        &[
            "19. Service Centre plans need local measures of performance.",
            "Plans have measures of their own besides the department's.",
            "Planning and service officers help the centres to develop them.",
            "More in 2003/04, when all four plans are done. (B)",
            "",
            "February 2004",
            "Ongoing.",
        ],
    ],
    &[
        &[
            "20. PDR and supervision need to support steady improvement.",
            "The supervision scheme is used everywhere and in the same way.",
            "As above (15)",
            "As above (15) Under review. (B)",
            "",
            "June 2003",
            "Some small training matters open, all else in order",
        ],
        &[
            "21. The council's framework for reporting performance needs to be used",
            "Performance is reported at every level, every quarter.",
            "The framework will be brought in.",
            "Indicators go to DMT every quarter, service by service. (A)",
            "Minute and quarterly report.",
            "N/A",
        ],
        &[
            "22. Leaflets for public and staff are needed on reviews and what follows from them.",
            "Information comes regularly and in plain words.",
            "As above.",
            "Not there yet. (B)",
            "",
            "February 2004",
            "Ongoing.",
        ],
    ],
];
