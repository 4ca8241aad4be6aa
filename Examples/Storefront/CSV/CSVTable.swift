import Foundation
import StoreCore

/// A whole file, each row as the fields of a record, with the rows that could not be used.
struct CSVTable {
    struct Row {
        let line: Int
        var fields: Fields
    }

    let file: String
    private(set) var rows: [Row] = []
    private(set) var badRows: [BadRow] = []

    /// Throws when the file cannot be opened; a row that cannot be used is no reason to.
    init(contentsOf url: URL, schema: BucketSchema) throws {
        let bytes = [UInt8](try Data(contentsOf: url))
        self.init(bytes, file: url.lastPathComponent, schema: schema)
    }

    /// The first row names the columns, and the schema says what their texts stand for.
    init(_ bytes: [UInt8], file: String, schema: BucketSchema) {
        self.file = file
        var columns: [String]?
        for result in CSVReader(bytes, file: file) {
            switch result {
            case .failure(let badRow):
                badRows.append(badRow)
            case .success(let row):
                guard let columns else {
                    columns = row.fields.map { $0 ?? "NULL" }
                    continue
                }
                do {
                    rows.append(Row(line: row.line, fields: try row.fields(columns, as: schema)))
                } catch {
                    report(row.line, error.description)
                }
            }
        }
        if columns == nil { report(1, "there is no header") }
    }

    /// Leaves a row out, and says why.
    mutating func report(_ line: Int, _ reason: String) {
        badRows.append(BadRow(file: file, line: line, reason: reason))
    }
}

/// What is wrong with a row that could be read.
private struct Misfit: Error {
    let description: String
}

extension CSVRow {
    /// Puts names and values together, or says which text does not fit.
    fileprivate func fields(
        _ columns: [String], as schema: BucketSchema
    ) throws(Misfit) -> StoreCore.Fields {
        guard fields.count == columns.count else {
            throw Misfit(
                description: "\(fields.count) fields where the header has \(columns.count)")
        }
        var named: StoreCore.Fields = [:]
        for (column, text) in zip(columns, fields) {
            let type = schema[column]?.type ?? .string
            guard let value = Value(text, as: type) else {
                throw Misfit(description: "\(column): “\(text ?? "NULL")” is no \(type.rawValue)")
            }
            named[column] = value
        }
        return named
    }
}
