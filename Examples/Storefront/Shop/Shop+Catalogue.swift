import Foundation
import StoreCore

extension Shop {
    /// Fills the six buckets that orders refer to, with one commit for each file.
    ///
    /// Returns the rows that were left out.
    func importCatalogue(from folder: URL, log: inout StepLog) async throws -> [BadRow] {
        let files: [(name: String, bucket: DynamicBucket, schema: BucketSchema)] = [
            ("categories.csv", categories, .categories),
            ("customers.csv", customers, .customers),
            ("employees.csv", employees, .employees),
            ("products.csv", products, .products),
            ("shippers.csv", shippers, .shippers),
            ("suppliers.csv", suppliers, .suppliers),
        ]
        var badRows: [BadRow] = []
        for (name, bucket, schema) in files {
            var table = try CSVTable(contentsOf: folder.appending(path: name), schema: schema)
            let before = store.position
            try await fill(bucket, from: &table)
            badRows += table.badRows
            log.add(name, rows: try bucket.count(), commits: store.position.value - before.value)
        }
        return badRows
    }

    /// Inserts a table's rows as one commit, if there is nothing wrong with any of them.
    ///
    /// One row that the bucket refuses keeps the others out too. They get in one by one then.
    private func fill(_ bucket: DynamicBucket, from table: inout CSVTable) async throws {
        do {
            try await bucket.insertMany(table.rows.map(\.fields))
        } catch let error where error.isRefusalOfOneRow {
            for row in table.rows {
                do {
                    try await bucket.insert(row.fields)
                } catch let error where error.isRefusalOfOneRow {
                    table.report(row.line, "\(error)")
                }
            }
        }
    }
}
