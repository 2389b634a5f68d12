//! Exports of survey programs, in the shape in which each writes them.

use std::io::Write;

use super::{Folder, answer, csv, picture, reasons};

/// What every export says of S001: a plan, good, at home, with health and police, 2 contacts, 7.5 hours.
fn says_the_same(returned: &quorate::returns::Returned, program: &str) {
    let found = ["plan", "quality", "setting", "partners", "police", "hours"].map(|q| answer(returned, "S001", q));
    assert_eq!(found, ["yes", "4", "home", "h;p", "2", "7.5"], "{program}: {:#?}", picture(returned));
    assert_eq!(answer(returned, "S002", "partners"), "n", "{program}");
    assert_eq!(returned.responses.len(), 2, "{program}: {:?}", reasons(returned));
    assert!(returned.set_aside.is_empty(), "{program}: {:?}", reasons(returned));
    let kind = &returned.workbooks[0].recognised;
    assert!(kind == "identifiers" || kind.contains(program), "{program}: {kind}");
    // Nothing is said about the program's own columns, nor about answers that stand there twice.
    let about_columns =
        picture(returned).into_iter().filter(|line| line.starts_with("R008") || line.starts_with("R009"));
    assert_eq!(about_columns.collect::<Vec<_>>(), [""; 0], "{program}");
}

#[test]
fn kobo_names_with_groups_split_joined_and_both() {
    let head = "start,end,serial,care/plan,care/quality,care/setting,";
    let tail = "work/police,work/hours,_id,_uuid,_submission_time,meta/instanceID,_index\n";
    let own = "771,4f1c,2026-03-02T10:00:00,uuid:1,1\n";
    let split = format!(
        "{head}work/partners/h,work/partners/p,work/partners/n,{tail}\
         2026,2026,S001,yes,4,home,1,1,0,2,7.5,{own}2026,2026,S002,no,,care,0,0,1,,3,{own}"
    );
    says_the_same(&csv(&split), "KoboToolbox");
    let joined = format!(
        "{head}work/partners,{tail}2026,2026,S001,yes,4,home,h p,2,7.5,{own}2026,2026,S002,no,,care,n,,3,{own}"
    );
    says_the_same(&csv(&joined), "KoboToolbox");
    let both = format!(
        "{head}work/partners,work/partners/h,work/partners/p,work/partners/n,{tail}\
         2026,2026,S001,yes,4,home,h p,1,1,0,2,7.5,{own}2026,2026,S002,no,,care,n,0,0,1,,3,{own}"
    );
    says_the_same(&csv(&both), "KoboToolbox");
}

#[test]
fn kobo_labels() {
    let text = "start;serial;Is there a care plan on file?;How good is the care plan?;Where does the person live?;\
        Which partners take part?;Which partners take part?/Health;Which partners take part?/Police;\
        Which partners take part?/None;How many contacts were there with the police?;How many hours of care a week?;\
        _uuid;_submission_time\n\
        2026;S001;Yes;Good;At home;Health Police;1;1;0;2;7.5;4f1c;2026-03-02\n\
        2026;S002;No;;Care home, or supported housing;None;0;0;1;;3;4f1d;2026-03-02\n";
    // Labels divided by blanks cannot be told apart, so the columns of single responses have the say.
    let apart = text.replace("Which partners take part?;", "").replace(";Health Police;", ";").replace(";None;0", ";0");
    says_the_same(&csv(&apart), "KoboToolbox");
}

#[test]
fn odk_central_in_a_zip() {
    let mut bytes = Vec::new();
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(&mut bytes));
    let mut add = |name: &str, text: &str| {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
        archive.write_all(text.as_bytes()).expect("written");
    };
    add(
        "file-form.csv",
        "SubmissionDate,serial,care-plan,care-quality,care-setting,work-partners,work-police,work-hours,meta-instanceID,KEY,\
         SubmitterID,ReviewState\n\
         2026-03-02T10:00:00.000Z,S001,yes,4,home,h p,2,7.5,uuid:1,uuid:1,12,\n\
         2026-03-02T10:00:00.000Z,S002,no,,care,n,,3,uuid:2,uuid:2,12,\n",
    );
    add("file-form-visits.csv", "when,PARENT_KEY,KEY\n2026-01-01,uuid:1,uuid:1/visits[1]\n");
    archive.finish().expect("a zip");
    says_the_same(&Folder::new().with("file-form.csv.zip", bytes).read(), "ODK Central");
}

#[test]
fn redcap_raw_and_labels() {
    let raw = "record_id,redcap_survey_identifier,serial,plan,quality,setting,partners___h,partners___p,partners___n,police,\
        hours,file_form_complete\n\
        1,,S001,yes,4,home,1,1,0,2,7.5,2\n2,,S002,no,,care,0,0,1,,3,2\n";
    says_the_same(&csv(&raw.replace("record_id,", "").replace("\n1,", "\n").replace("\n2,", "\n")), "REDCap");
    let labels = "Survey Identifier,Serial,Is there a care plan on file?,How good is the care plan?,\
        Where does the person live?,Which partners take part? (choice=Health),Which partners take part? (choice=Police),\
        Which partners take part? (choice=None),How many contacts were there with the police?,\
        How many hours of care a week?,Complete?\n\
        ,S001,Yes,Good,At home,Checked,Checked,Unchecked,2,7.5,Complete\n\
        ,S002,No,,\"Care home, or supported housing\",Unchecked,Unchecked,Checked,,3,Complete\n";
    says_the_same(&csv(labels), "REDCap");
}

#[test]
fn limesurvey_codes_and_wordings() {
    let codes = "id,submitdate,lastpage,startlanguage,seed,serial,plan,quality,setting,partners[h],partners[p],partners[n],\
        police,hours\n\
        1,2026-03-02 10:00:00,3,en,99,S001,yes,4,home,Y,Y,,2,7.5\n2,2026-03-02 10:00:00,3,en,98,S002,no,,care,,,Y,,3\n";
    says_the_same(&csv(codes), "LimeSurvey");
    let words = "Response ID,Date submitted,Last page,Start language,serial,plan. Is there a care plan on file?,\
        quality. How good is the care plan?,setting. Where does the person live?,\
        partners[h]. Which partners take part? [Health],partners[p]. Which partners take part? [Police],\
        partners[n]. Which partners take part? [None],police. How many contacts were there with the police?,\
        hours. How many hours of care a week?\n\
        1,2026-03-02,3,en,S001,Yes,Good,At home,Yes,Yes,No,2,7.5\n\
        2,2026-03-02,3,en,S002,No,,\"Care home, or supported housing\",No,No,Yes,,3\n";
    says_the_same(&csv(words), "LimeSurvey");
}

#[test]
fn qualtrics_with_three_rows_of_headings_or_two() {
    let names = "StartDate,EndDate,Status,IPAddress,RecordedDate,ResponseId,serial,plan,quality,setting,partners_1,partners_2,\
        partners_3,police,hours\n";
    let words = "Start Date,End Date,Response Type,IP Address,Recorded Date,Response ID,serial,Is there a care plan on file?,\
        How good is the care plan?,Where does the person live?,Which partners take part? - Selected Choice - Health,\
        Which partners take part? - Selected Choice - Police,Which partners take part? - Selected Choice - None,\
        How many contacts were there with the police?,How many hours of care a week?\n";
    let marks: Vec<String> = (0..15).map(|at| format!("\"{{\"\"ImportId\"\":\"\"QID{at}\"\"}}\"")).collect();
    let rows = "2026,2026,IP,*,2026,R_1,S001,Yes,Good,At home,Health,Police,,2,7.5\n\
        2026,2026,IP,*,2026,R_2,S002,No,,\"Care home, or supported housing\",,,None,,3\n";
    says_the_same(&csv(&format!("{names}{words}{}\n{rows}", marks.join(","))), "Qualtrics");
    says_the_same(&csv(&format!("{names}{words}{rows}")), "Qualtrics");
}

#[test]
fn surveymonkey_with_responses_below_the_wordings() {
    let text = "Respondent ID,Collector ID,Date Created,serial,Is there a care plan on file?,How good is the care plan?,\
        Where does the person live?,Which partners take part?,,,How many contacts were there with the police?,\
        How many hours of care a week?\n\
        ,,,Open-Ended Response,Response,Response,Response,Health,Police,None,Open-Ended Response,Open-Ended Response\n\
        118,42,2026-03-02,S001,Yes,Good,At home,Health,Police,,2,7.5\n\
        119,42,2026-03-02,S002,No,,\"Care home, or supported housing\",,,None,,3\n";
    says_the_same(&csv(text), "SurveyMonkey");
}

#[test]
fn microsoft_forms_and_google_forms() {
    let head = "Is there a care plan on file?,How good is the care plan?,Where does the person live?,Which partners take part?,\
        How many contacts were there with the police?,How many hours of care a week?\n";
    let microsoft = format!(
        "ID,Start time,Completion time,Email,Name,serial,{head}\
         1,2026,2026,anonymous,,S001,Yes,Good,At home,Health;Police;,2,7.5\n\
         2,2026,2026,anonymous,,S002,No,,\"Care home, or supported housing\",None;,,3\n"
    );
    says_the_same(&csv(&microsoft), "Microsoft Forms");
    let google = format!(
        "Timestamp,serial,{head}\
         2026/03/02,S001,Yes,Good,At home,\"Health, Police\",2,7.5\n\
         2026/03/02,S002,No,,\"Care home, or supported housing\",None,,3\n"
    );
    says_the_same(&csv(&google), "Google Forms");
}

#[test]
fn a_second_row_of_answers_is_not_taken_for_headings() {
    let returned =
        csv("serial,Is there a care plan on file?,Which partners take part?,,\nS001,Yes,Health,,\nS002,No,None,,\n");
    assert_eq!(returned.responses.len(), 2);
    assert_eq!(answer(&returned, "S001", "partners"), "h");
}
