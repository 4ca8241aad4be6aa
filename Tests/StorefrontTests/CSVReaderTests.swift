import Testing

@testable import storefront

@Suite struct `The CSV reader` {
    private func rows(_ text: String) -> [[String?]] {
        CSVReader([UInt8](text.utf8), file: "test.csv").compactMap { try? $0.get().fields }
    }

    private func faults(_ text: String) -> [String] {
        CSVReader([UInt8](text.utf8), file: "test.csv").compactMap { result in
            guard case .failure(let badRow) = result else { return nil }
            return badRow.description
        }
    }

    @Test(arguments: [
        ("a,b\n", [["a", "b"]]),
        ("a,b", [["a", "b"]]),
        ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]),
        ("\u{FEFF}a,b\n", [["a", "b"]]),
        ("a,\n", [["a", ""]]),
        (",,\n", [["", "", ""]]),
        (#""C/ Araquil, 67",Madrid"#, [["C/ Araquil, 67", "Madrid"]]),
        (#""The ""Cold"" Call",x"#, [[#"The "Cold" Call"#, "x"]]),
        ("\"two\nlines\",x\nnext,y", [["two\nlines", "x"], ["next", "y"]]),
        ("\"two\r\nlines\",x", [["two\r\nlines", "x"]]),
        ("\",\"", [[","]]),
        ("\"\",\"\"", [["", ""]]),
        (#"12" pipe,x"#, [["12\" pipe", "x"]]),
        ("México D.F.,Münster", [["México D.F.", "Münster"]]),
        ("a\rb,c", [["a\rb", "c"]]),
        ("\n\na,b\n\n\nc,d\n\n", [["a", "b"], ["c", "d"]]),
        ("", []),
        ("\n", []),
    ])
    func `reads what RFC 4180 allows`(text: String, expected: [[String]]) {
        #expect(rows(text) == expected)
    }

    @Test func `takes NULL for a missing value, but not in quotes`() {
        #expect(rows("NULL,\"NULL\",null,NULLABLE") == [[nil, "NULL", "null", "NULLABLE"]])
    }

    @Test func `counts lines across quoted line breaks and empty lines`() {
        let text = "a\n\"b\nb\"\n\nc\r\nd"
        let lines = CSVReader([UInt8](text.utf8), file: "test.csv").compactMap {
            try? $0.get().line
        }
        #expect(lines == [1, 2, 5, 6])
    }

    @Test func `reports a quote that is never closed, and reads on one line below`() {
        let text = "a,b\nc,\"d\ne,f\ng,h\n"
        #expect(rows(text) == [["a", "b"], ["e", "f"], ["g", "h"]])
        #expect(faults(text) == ["test.csv:2: a quote is opened and never closed"])
    }

    @Test func `reports text behind a closing quote, and reads on`() {
        let text = "a,b\n\"c\"d,e\nf,g"
        #expect(rows(text) == [["a", "b"], ["f", "g"]])
        #expect(
            faults(text) == [
                "test.csv:2: text stands between a closing quote and the next comma"
            ])
    }

    @Test func `reports bytes that are not text, and reads on`() {
        let bytes = Array("a,b\n".utf8) + [0xFF, 0x2C, 0x62, 0x0A] + Array("c,d\n".utf8)
        let results = Array(CSVReader(bytes, file: "test.csv"))
        #expect(
            results == [
                .success(CSVRow(line: 1, fields: ["a", "b"])),
                .failure(
                    BadRow(file: "test.csv", line: 2, reason: "the bytes are not UTF-8 text")),
                .success(CSVRow(line: 3, fields: ["c", "d"])),
            ])
    }
}
