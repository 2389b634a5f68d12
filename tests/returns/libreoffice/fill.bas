' Fills a return workbook in as a person with LibreOffice would, and saves it as xlsx and as ods.
'
' The answers stand in a text file, one a line, divided by tabs: sheet, id of the column, serial, number within a repeat (or
' nothing), how it is typed (text, value or formula), what is typed. A report says what LibreOffice made of the workbook.
Sub Main(source As String, answers As String, target As String, report As String)
    ' Nobody is there to answer a question about a fault: it ends the macro, and what is missing shows in the report.
    On Error Goto Wrong
    Dim hidden(0) As New com.sun.star.beans.PropertyValue
    hidden(0).Name = "Hidden"
    hidden(0).Value = True
    Dim book As Object
    book = StarDesktop.loadComponentFromURL(ConvertToURL(source), "_blank", 0, hidden())
    Dim out As Integer
    out = FreeFile
    Open report For Output As #out
    Dim inp As Integer, textLine As String, parts
    inp = FreeFile
    Open answers For Input As #inp
    Do While Not Eof(inp)
        Line Input #inp, textLine
        parts = Split(textLine, Chr(9))
        If UBound(parts) >= 5 Then
            Print #out, Place(book, parts)
        End If
    Loop
    Close #inp
    book.calculateAll()
    Dim i As Integer, sheet As Object
    For i = 0 To book.Sheets.Count - 1
        sheet = book.Sheets.getByIndex(i)
        Print #out, "sheet" & Chr(9) & sheet.Name & Chr(9) & sheet.isProtected() & Chr(9) & Colours(sheet)
    Next i
    Save(book, target & ".xlsx", "Calc MS Excel 2007 XML")
    Save(book, target & ".ods", "calc8")
    book.close(True)
    Close #out
    StarDesktop.terminate()
    Exit Sub
Wrong:
    Print #out, "wrong" & Chr(9) & Erl & Chr(9) & Error$
    Close #out
    StarDesktop.terminate()
End Sub

' How many ranges of the sheet have conditional formats.
Function Colours(sheet As Object) As Long
    Dim all
    all = sheet.ConditionalFormats.getConditionalFormats()
    Colours = UBound(all) - LBound(all) + 1
End Function

Function Place(book As Object, parts) As String
    Dim sheet As Object, column As Long, row As Long, cell As Object
    sheet = book.Sheets.getByName(parts(0))
    column = Find(sheet, parts(1))
    row = RowOf(sheet, parts(2), parts(3))
    If column < 0 Or row < 0 Then
        Place = "nowhere" & Chr(9) & parts(1) & Chr(9) & parts(2)
        Exit Function
    End If
    cell = sheet.getCellByPosition(column, row)
    Dim before As String, refused As String
    before = cell.String
    refused = "typed"
    If cell.CellProtection.IsLocked Then
        ' The program's own window refuses this; the interface to programs may not.
        Place = "locked" & Chr(9) & parts(1) & Chr(9) & before
        Exit Function
    End If
    Select Case parts(4)
        Case "text"
            cell.setString(parts(5))
        Case "value"
            cell.setValue(CDbl(parts(5)))
        Case Else
            cell.setFormula(parts(5))
    End Select
    Place = refused & Chr(9) & parts(1) & Chr(9) & cell.String & Chr(9) & cell.Validation.Type
End Function

Function Find(sheet As Object, id As String) As Long
    Dim at As Long
    For at = 0 To 200
        If sheet.getCellByPosition(at, 0).String = id Then
            Find = at
            Exit Function
        End If
    Next at
    Find = -1
End Function

Function RowOf(sheet As Object, serial As String, number As String) As Long
    Dim at As Long, serials As Long, numbers As Long
    serials = Find(sheet, "_serial")
    numbers = Find(sheet, "_number")
    For at = 3 To 400
        If sheet.getCellByPosition(serials, at).String = serial Then
            If number = "" Then
                RowOf = at
                Exit Function
            ElseIf sheet.getCellByPosition(numbers, at).String = number Then
                RowOf = at
                Exit Function
            End If
        End If
    Next at
    RowOf = -1
End Function

Sub Save(book As Object, target As String, filter As String)
    Dim how(0) As New com.sun.star.beans.PropertyValue
    how(0).Name = "FilterName"
    how(0).Value = filter
    book.storeToURL(ConvertToURL(target), how())
End Sub
