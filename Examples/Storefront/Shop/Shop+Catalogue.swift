import Foundation
import StoreCore

extension Shop {
    /// Fills the six buckets that orders refer to, with one commit for each file; what others refer to comes first.
    ///
    /// Returns the rows that were left out.
    func importCatalogue(from folder: URL, log: inout StepLog) async throws -> [BadRow] {
        var badRows: [BadRow] = []
        badRows += try await fill(categories, from: folder, "categories.csv", &log)
        badRows += try await fill(customers, from: folder, "customers.csv", &log)
        badRows += try await fill(employees, from: folder, "employees.csv", &log)
        badRows += try await fill(suppliers, from: folder, "suppliers.csv", &log)
        badRows += try await fill(products, from: folder, "products.csv", &log)
        badRows += try await fill(shippers, from: folder, "shippers.csv", &log)
        return badRows
    }

    /// Inserts a file's rows as one commit, if there is nothing wrong with any of them.
    ///
    /// One row that the bucket refuses keeps the others out too. They get in one by one then.
    private func fill<Model: StoreRecord>(
        _ bucket: Bucket<Model>, from folder: URL, _ file: String, _ log: inout StepLog
    ) async throws -> [BadRow] {
        var table = try CSVTable(
            contentsOf: folder.appending(path: file), schema: Model.schema.columns)
        let before = store.position
        do {
            try await bucket.insertMany(table.rows.map { try Model(row: Row($0.fields)) })
        } catch let error where error.isRefusalOfOneRow {
            for row in table.rows {
                do {
                    try await bucket.insert(Model(row: Row(row.fields)))
                } catch let error where error.isRefusalOfOneRow {
                    table.report(row.line, "\(error)")
                }
            }
        }
        log.add(file, rows: try bucket.count(), commits: store.position.value - before.value)
        return table.badRows
    }
}
