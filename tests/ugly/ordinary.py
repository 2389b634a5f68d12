import openpyxl, datetime
wb=openpyxl.Workbook()
ws=wb.active; ws.title="Cases"
ws.append(["id","name","score","date","time","share","ok","error"])
for i in range(1,40):
    ws.append([i,"Ünï “%d”"%i,i+0.25,datetime.date(2024,1,i%28+1),datetime.time(6,30),i/100,i%2==0,"=1/0" if i==3 else "=A%d*2"%(i+1)])
for r in range(2,41): ws.cell(r,1).number_format="00000"; ws.cell(r,6).number_format="0%"
ws["J1"]="long "+"x"*9000
ws["J2"]=-5; ws["J3"]=1234567890123; ws["J4"]=0.1; ws["J5"]="  spaced  "; ws["J6"]="line\nbreak"; ws["J7"]=True
ws["J8"]=datetime.datetime(2024,2,29,13,45,30)
ws["J9"]='="a"&"b"'; ws["J10"]='=""'; ws["J11"]="=1=1"; ws["J12"]="=TODAY()*0+45000.5"
ws["J12"].number_format="yyyy-mm-dd hh:mm"
ws.merge_cells("A50:C52"); ws["A50"]="merged"
for i in range(30): ws.cell(60+i,12,"text number %d with ünïcode %s"%(i,"é"*(i%50)))
h=wb.create_sheet("Hidden"); h.sheet_state="hidden"; h["C3"]="secret"
v=wb.create_sheet("Very"); v.sheet_state="veryHidden"; v["A1"]=7
wb.create_sheet("Empty")
wb.save("not-calculated.xlsx")
