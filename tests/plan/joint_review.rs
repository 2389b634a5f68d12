//! A county's action plan after a joint review (2003), typed as a workbook: themes, merged areas, lead officers, timescales,
//! resources and indicators as they stand in the plan, wording our own, roles in place of names.

use super::typed::{Sheet, T};

const HEADINGS: T =
    &["AREA FOR IMPROVEMENT", "ACTION", "LEAD OFFICER", "TIMESCALE", "RESOURCES", "OUTCOMES/PERFORMANCE MEASURE"];

const WITHIN: &str = "Within existing resources";
const TBD: &str = "To be determined";
// The officers, by their roles.
const ADULTS: &str = "Head of Adult Services";
const CHILDREN: &str = "Head of Children's Services";
const BUSINESS: &str = "Head of Business Services";
const BOTH: &str = "Head of Adult Services / Head of Children's Services";
const TWO_LINES: &str = "Head of Children's Services\nHead of Adult Services";

pub fn sheet() -> Sheet {
    let mut sheet = Sheet::new("Action plan", 6);
    sheet.across("Joint review: proposed action plan 2003");
    sheet.row(&["Progress against the plan is watched through the year, and reviewed within a year."]);
    for (theme, rows) in THEMES {
        sheet.row(&[]);
        sheet.across(theme);
        sheet.row(HEADINGS);
        for row in *rows {
            sheet.row(row);
        }
    }
    sheet
}

const THEMES: &[(&str, &[T])] = &[
    ("Making sure people can understand what they can expect:", &[
        &["ACCESS TO SERVICES", "• The council's service improvement project looks at how citizens reach services, one-stop shops among them.", BUSINESS, "April 2004", WITHIN, "• A clear way for citizens to reach services.\nReports to the Chief Executive's team"],
        &["", "• Its second round takes in older people's services: screening, assessment, care plan and review are redesigned.", "Head of Business Services / Head of Adult Services", "Redesign: Jan – March 2004; Delivery: April – June 2004", WITHIN, "• Simpler access\nReference Autumn DIS 3501 – 3506\nPAF E49/E50/D40/D39"],
        &["", "• Leaflets will set out who is eligible, at access points and with partners.", BUSINESS, "October 2003", WITHIN, "• Clear for users, carers and staff.\nLeaflets produced"],
        &["", "• Leaflets are at all access points", BUSINESS, "Already achieved", WITHIN, "• Users know how to complain.\nAchieved"],
        &["", "• Leaflets on complaints are given out at reviews.", BOTH, "October 2003", WITHIN, "• Users know how to complain\nChanges in what is monitored"],
        &["SERVICE THRESHOLDS / ELIGIBILITY CRITERIA", "• An inter-agency group designed a model in 3 bands; it will be ratified, and training held before launch.", CHILDREN, "ACPC October 2003\nCabinet / PEC and other boards ratification December 2003\nPlanned Launch April 2004", WITHIN, "• Children outside protection are discussed and helped.\nThe model is accepted by all agencies.\nReference Objectives 1 and 2 as monitored in DIS Reference 1103 – 1112, PAF A1, D35, B7, C22, C23, QPi, 1111, and DIS 1202 – 1208, PAF A3, C21, C20, QPii"],
        &["", "• A policy on fair access has been agreed; how it works will be audited in November 2003.", ADULTS, "November 2003", WITHIN, "• Criteria are clear, and applied alike everywhere.\nReport to DMT"],
    ]),
    ("Improve the Standard and Consistency of Assessment Care Planning and Reviewing:", &[
        &["ASSESSMENT & CARE PLANNING", "• Children's services commission an independent audit of their assessments, and training after it.", CHILDREN, "Audit: September 2003 – January 2004; Training January – April 2004", WITHIN, "• Assessments of a high and even quality\nAudit reports to DMT\nAlso see page 4 re DIS/PAF references."],
        &["", "• Children's services revise their models of assessment, tied to the audit.", CHILDREN, "December 2003; Training as required January – March 2004", WITHIN, "• A more even approach to assessments.\nAudit will report to DMT\nObjective 7 DIS reference 1702 – 1706, Qpiii(7.1), Qpiv(7.2), Qpv,(7.3) Qpv. (7.4)"],
        &["", "• New senior practitioner posts in the locality teams for older people.", ADULTS, "Already achieved", "£100,000 allocated to 2003/04 budget from Access and Systems Grant.", "• Stronger supervision, audit and quality assurance.\nSupervision is monitored"],
        &["", "▪ A practice support programme improves assessment, care planning, review and recording; senior practitioners audit files.", ADULTS, "Completed by March 2004", WITHIN, "• Consistent assessment by outcomes.\nDIS Reference 2160 – 2164, PAF D39, D40."],
        &["", "▪ Administrative roles are looked at again, to support social work teams.", BUSINESS, "December 2003", WITHIN, "• Better support for practice.\nReport on implementation to DMT"],
        &["WORKLOAD PRESSURES PEOPLE WITH HEARING IMPAIRMENT", "• Assess the pressure of work in services for people with hearing impairment.", ADULTS, "March 2004", WITHIN, "• A baseline for capacity.\nSupervision Monitoring"],
        &["REDUCING DELAYED DISCHARGES FROM HOSPITAL", "• A team of social workers is now at the hospital.", ADULTS, "Already achieved", "£75,000", "• Referral and assessment in time.\nDIS Reference 2198/2199/2120/2121 SITREPS"],
        &["", "• Review how well the new arrangements work", ADULTS, "December 2004", "", "• Referral and assessment in time\nDIS Reference 2129/30/31 PAF D41"],
        &["", "• A group looks into reasons for delays and proposes how to use the grant.\n• Work on the joint plan developed after the advice visit.", "Head of Adult Services\nHead of Adult Services and Capacity Planning Group", "Established", "Reimbursement Grant £172,000\nResources to be determined", "• Fewer delayed transfers, less cost to the council.\nSee above SITREPS\nImproved systems\nProgress monitored by the planning group"],
        &["TRANSITIONS FROM CHILDREN'S TO ADULT SERVICES", "• A new transitions policy is ratified and brought to all teams.", CHILDREN, "February 2004", WITHIN, "• A smoother way from children's to adult services.\nDIS reference 1603 – Objective 6"],
        &["SERVICES TO CARERS", "▪ The programme keeps its eye on carers and on the recording of data", ADULTS, "December 2003", WITHIN, "• Carers' assessments are identified and recorded.\nPAF D42"],
        &["BLACK AND MINORITY ETHNIC ISSUES", "▪ Research on minority ethnic residents; an agency is being found.", "Policy Manager", "March 2004", WITHIN, "• It is known where minority ethnic residents live.\nPAF E47/E48"],
        &["", "▪ Members of the ACPC were trained in diversity.", CHILDREN, "Already achieved", WITHIN, "• More awareness of diversity.\nACPC Annual Report"],
        &["", "▪ Develop quality assurance for culturally sensitive care planning.", TWO_LINES, "March 2004", WITHIN, "• Culturally sensitive care planning\nPAF E47/E48"],
    ]),
    ("Supporting People to Maintain Independence, Participate in the Life of the Community and Enjoy a Better Quality of Life:", &[
        &["PROVISION IN PHYSICAL DISABILITY SERVICES", "• Take the review forward: name a lead officer and a team.", ADULTS, "December 2004", "Funding for Best Value review lead officer", "• Services developed from a review.\nDIS reference 2316/2317 Scrutiny Committee"],
        &["FAMILY SUPPORT STRATEGY", "• Write a family support strategy with partners.", CHILDREN, "December 2003", WITHIN, "• Gaps are clear and plans are made.\nAgreed strategy"],
        &["YOUNG PEOPLE IN CUSTODY", "• Agree with agencies how fewer young people come into custody.", CHILDREN, "December 2003", WITHIN, "• Custody is used less.\nReport of the Chief Officers' group"],
        &["OLDER PEOPLE'S SERVICE DEVELOPMENT & BUDGET", "• Plans for the seven council homes go ahead (see Outcomes boxes).", ADULTS, "Project plan proceeding to timetable to open November 2003", "Capital and revenue resources allocated", "• One home becomes an intermediate care facility, from November 2003."],
        &["", "", "", "Project plan being developed", "To be agreed", "• A second becomes a resource centre; it is being designed."],
        &["", "", "", "Cabinet Report November 2003", "Within existing financial envelope", "• The other five are to be run by a not-for-profit partner.\nService development DIS reference 2004"],
        &["", "• The review of home care is carried out: the council keeps a reablement service, others provide upkeep.", ADULTS, "Pilot project started; roll out during 2004", "Business case being developed for 2004 budget. During 2003/04 performance fund assists redesign", "• The right service, at the right time and place, for older people.\nPAFS B11, C28, C29, C30, C31, C32."],
        &["", "• After heavy pressure in 2002/03 the council gave £1.3 million more, £300,000 of it for delayed discharges; £100,000 comes from the trust, and £530,000 from the new grant.", ADULTS, "Agreement with PCT June 2003", "Additional budget allocation as indicated", "• More services and placements, and a balanced budget for 2003/04.\nPAFS as above"],
        &["CHILDREN WITH DISABILITIES", "• Council and trust agreed on an integrated service.", CHILDREN, "June – Oct 2003 Action Plan", "Partnership Fund allocation", "• An agreed way to work together. Seamless service.\nObjective 6, DIS reference 1603"],
        &["DAY OPPORTUNITIES FOR PEOPLE WITH LEARNING DISABILITIES", "• Finish the changes to day services with the steering group.", ADULTS, "December 2004", "Within existing resources and European / DWP funding", "• More training for work.\nReport to the partnership board"],
        &["DIRECT PAYMENTS", "• A grant was won with a centre for independent living, so that more people take up direct payments.", "Head of Adult Services\nCentre for Independent Living", "September 2004 / 2005", "£100,000", "• More people take up direct payments.\nDIS Reference 3328 - 3336"],
        &["OUT-OF-HOURS SERVICES FOR VULNERABLE PEOPLE", "• Replace the emergency team and begin a range of services for evenings and weekends.", "Head of Adult Services\nHead of Children's Services\nOut-of-hours Manager", "March 2004", WITHIN, "• Better service to vulnerable people.\nDIS Reference 3501 - 3506"],
        &["TO CONSOLIDATE THE PROGRESS MADE IN INTEGRATING MENTAL HEALTH AND LEARNING DISABILITY SERVICES.", "• Agree with the trust on fair shares of the pooled budget.", ADULTS, "October 2003", "To be agreed", "• A budget that can be managed.\nAgreement By Partnership Board"],
        &["", "• One more social work post in mental health for older people.", ADULTS, "October 2003", "£20,000", "• Better assessment.\nCompleted"],
        &["", "• Agree on changes in management that keep the eye on social care.", ADULTS, "March 2004", "£20,000 Access and Systems Grant", "• Social care is led by professionals.\nAgreement By Partnership Board"],
        &["", "• See that management boards work well.", "Head of Adult Services / Trust Director", "Ongoing", "Within pooled budgets", "• Hard issues are dealt with.\nAgreement By Partnership Board"],
        &["", "• Review the posts in the community team for learning disability.", ADULTS, "Review completed September 2003", WITHIN, "• Better response.\nService Monitoring"],
        &["", "▪ One assessment by several professions (learning disability)", ADULTS, "September 2003", WITHIN, "• The right person assesses, once.\nService Monitoring"],
        &["SUPPORTED HOUSING", "The council has a strategy with partners, rated good. In 2003/4 it brings:\n• 21 units for homeless people\n• 6 units for people with mental illness\n• 8 units for women and children", "Head of Housing", "Ongoing", "Within the existing Supporting People budget", "• Varied and lasting supported housing.\n• Services for particular needs.\nHome Improvement – DIS Reference 2192 – 2194\nSupporting People Inspection\nDIS Reference 2181/2182"],
        &["", "In 2004/5 it brings about 80 units of extra care housing.", "Head of Housing", "Ongoing", "DoH bid\nBudget\nBusiness case for 2004/5 capital funds"],
    ]),
    ("Improve Longer-Term Planning and Commissioning Arrangements:", &[
        &["SERVICE USER AND CARER INVOLVEMENT", "• A user group of looked-after children was set up.", CHILDREN, "Already achieved", "Within 2003/04 budget", "• Better feedback from users.\nObjective 8 – DIS Reference 1803"],
        &["", "• A reference group for service improvement is there.", BUSINESS, "Ongoing", "£1400 per annum", "• A voice of users, carers and staff.\nReports to DMT from group"],
        &["OLDER PEOPLE'S SERVICE BUSINESS CASE", "• An outline of the business case went to Cabinet on 19th June 2003.", ADULTS, "Full Business Case to Cabinet October 2003", TBD, "• A better service for older people and carers.\nPAF C26,C28, C32, B11"],
        &["COMMISSIONING / PURCHASING", "• Carry out the review of home care; a pilot in one locality.", ADULTS, "August 2003", "Performance fund £200,000", "• New contracts for better response.\nRefer Page 10"],
        &["", "• Negotiate contracts with care homes: fees by dependency, purchase by volume.", ADULTS, "March 2004", TBD, "• Enough places in care homes.\nCare Home Forum Papers"],
        &["", "• The health and care executive turns to joint commissioning.", BOTH, "March 2005", WITHIN, "• Better commissioning.\nExecutive Report"],
        &["", "• Joint commissioning for children with complex needs was agreed", CHILDREN, "Joint purchasing for individuals September 2003; Joint commissioning March 2004", WITHIN, "• Improved arrangements.\nOutcomes of joint meetings"],
        &["KNOWLEDGE OF UNMET NEED", "▪ A group sees that what is gathered is used; the index system will be replaced.", BUSINESS, "March 2004", WITHIN, "• Services are redesigned for the needs that are found.\nData Quality Reports"],
    ]),
    ("Embed Good Practice within a Comprehensive Performance Management Framework:", &[
        &["ADULTS' SERVICES MANAGERS", "• Recruit senior practitioners.", ADULTS, "Already achieved", "DOH Grant and existing resources", "• Enough managers.\nRefer to page 5"],
        &["MANAGEMENT INFORMATION SYSTEM", "• Redesign the system.", BUSINESS, "October 2003", TBD, "• Performance is monitored more accurately.\nFile audit reports to the management team"],
        &["USER AND CARER INVOLVEMENT", "• Keep the reference group, so that users and carers are asked.\n• Keep the joint programme with the trust.", "Head of Children's Services\nHead of Adult Services\nTrust Manager", "Ongoing", WITHIN, "• Views are gathered and used\nDIS reference 1803/2206\nReports from the reference group."],
        &["SUPPORT FOR SERVICE USERS TO GIVE THEIR VIEWS", "• Develop advocacy, so that people can make their concerns known.", TWO_LINES, "March 2005", TBD, "• People can voice their views.\nSee above and page 16.\nPAF D52/D53"],
        &["CONTRACT MONITORING / QUALITY ASSURANCE", "• Appraise ways to monitor contracts and assure quality.", ADULTS, "June 2004", TBD, "• Quality is monitored better.\nReports To DMT"],
        &["ROUTINE AUDIT AND QUALITY ASSURANCE SYSTEMS FOR ALL SERVICES", "• Set up routine audit and quality assurance for all services, in-house and bought.", BUSINESS, "March 2005", TBD, "• Quality is monitored better.\nReports To DMT"],
        &["COMPLAINTS, COMMENTS AND COMPLIMENTS", "• A system for logging complaints is in use, with an administrator.", CHILDREN, "Achieved", "Within 2002/03 budget", "• Complaints are dealt with alike.\nAchieved"],
        &["", "▪ New ways of making the system known: a form on the website, an address for e-mail.", CHILDREN, "Website and email achieved Leaflet distribution October 2003", WITHIN, "• A truer picture of what users and carers experience.\nAchieved"],
        &["", "▪ The administrator plans training and takes part in induction.", CHILDREN, "Training Plan October 2003. Induction ongoing.", WITHIN, "• The system is better known.\nScrutiny Committee reports"],
    ]),
    ("Making the Most of Available Resources:", &[
        &["ADDRESS BUDGET DEVELOPMENT AND IMPROVEMENT", "• Find out where budgets are tight, with managers and the treasurer", BUSINESS, "Already achieved", "2003 / 2004 budgets", "• Priorities are agreed and money follows need.\nAchieved"],
        &["", "• Priorities, pressures and risks are set out over 4 years.", BUSINESS, "October 2003", WITHIN, "• Better planning in the long term.\nAchieved"],
        &["", "• Budgets are devolved further; finance staff help managers.", BUSINESS, "March 2004", WITHIN, "• Managers own and understand their budgets.\nMonthly reports to DMT\nQuarterly reports to Cabinet"],
        &["", "• The guide to unit costs is developed.", BUSINESS, "March 2004", WITHIN, "• Best Value is supported\nReport To DMT"],
        &["A PROJECT PLANNING APPROACH", "▪ The council plans projects by one method; key officers were trained.", BUSINESS, "Ongoing", WITHIN, "• Change is managed better.\nTraining Schedule"],
        &["PROPOSALS TO UPGRADE THE DIRECTORATE'S COMPUTER SYSTEM", "• Find the money and means for the upgrade.\n• Write the specification of the new system.\n• Name the senior manager who leads it", "Head of Business Services\nHead of Business Services\nHead of Business Services", "October 2003\nOctober 2003\nAlready Achieved", "To be determined\nTo be determined\nWithin Existing Resources", "• Performance is monitored more accurately.\nData Quality Reports\nReports To DMT"],
        &["USE BEST VALUE TO DRIVE IMPROVEMENTS", "• Review what reviews take, with regular reports", BUSINESS, "Ongoing", "Within Existing Resources", "• Best Value is applied more strictly."],
        &["", "- Complete all open reviews: carers, physical disability, adoption and fostering, private housing", BUSINESS, "All by December 2004", "Within allocated resources", "• Services are redesigned\nScrutiny Committee monitoring"],
        &["WORKFORCE PLANNING LINKED TO SERVICE REQUIREMENTS", "• Audit the workforce as it is\n• Set out what workforce is needed, now and later.", "Head of Business Services\nHead of Business Services", "Already achieved\nSeptember 2004", "Within Existing Resources\nWithin Existing Resources", "• A baseline for workforce planning\n• Workforce planning is informed\nDIS reference 3117/3118\nPolicy developed"],
        &["", "• All staff have review interviews\n• Audit training and skills", "Head of Business Services\nHead of Business Services", "July 2004\nAugust 2004", "Within Existing Resources\nWithin Existing Resources", "• The audit of skills is informed.\n• The training plan is informed.\nHR strategy indicator 100%"],
        &["", "• Analyse sickness and turnover, to find where problems are.", BUSINESS, "Already achieved", WITHIN, "• More capacity of staff.\nHR strategy target on days lost, 6 per FTE\nDIS Reference 3117/3118/3119"],
        &["", "• Hold exit interviews everywhere.", "All of DMT", "Ongoing", WITHIN, "• Better information for planning the workforce.\nTarget 100% of leavers by end 2005\nStaff Opinion Survey"],
        &["", "• The training team has one adviser more.", BUSINESS, "Already achieved", "£30,000 per annum funded from Training Grant", "• Better standards of practice.\nAs Above and Staff Opinion Survey"],
    ]),
];
