public import StoreCore

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

extension Record {
    /// The record's fields as a JSON object: the declared ones in the schema's order, then the
    /// others; nulls left out.
    ///
    /// - Parameters:
    ///   - metadata: whether `_version`, `_createdAt`, `_updatedAt` and, for a record that expires,
    ///     `_expiresAt` follow. Inserting drops them again.
    ///   - isPretty: whether to break lines and indent by two spaces.
    /// - Returns: the text.
    public func json(metadata: Bool = false, isPretty: Bool = false) -> String {
        document(metadata: metadata).json(isPretty: isPretty)
    }

    /// The record's fields as a JSON object in UTF-8, as ``json(metadata:isPretty:)`` has it.
    public func jsonData(metadata: Bool = false, isPretty: Bool = false) -> Data {
        document(metadata: metadata).jsonData(isPretty: isPretty)
    }

    private func document(metadata: Bool) -> Fields {
        var fields = fields
        guard metadata else { return fields }
        fields["_version"] = .integer(Int64(version))
        fields["_createdAt"] = .date(createdAt)
        fields["_updatedAt"] = .date(updatedAt)
        if let expiresAt { fields["_expiresAt"] = .date(expiresAt) }
        return fields
    }
}
