/// What buckets and declared fields may be called.
enum NameRules {
    /// The longest name, in bytes of UTF-8.
    static let bytesMax = 255

    /// What is wrong with a bucket's name; nil when nothing is.
    static func fault(ofBucket name: String) -> String? {
        if let fault = commonFault(of: name) { return fault }
        if name.utf8.contains(UInt8(ascii: ".")) {
            return "A bucket's name has no dot: topics are split at dots"
        }
        if name.utf8.contains(UInt8(ascii: "*")) {
            return "A bucket's name has no asterisk: it is a wildcard in topics"
        }
        return nil
    }

    /// What is wrong with a field's name; nil when nothing is.
    static func fault(ofField name: String) -> String? {
        if let fault = commonFault(of: name) { return fault }
        if Layout.isMetadata(name) { return "\(name) is the store's own; choose another name" }
        return nil
    }

    private static func commonFault(of name: String) -> String? {
        if name.isEmpty { return "A name is not empty" }
        if name.utf8.count > bytesMax { return "A name has at most \(bytesMax) bytes of UTF-8" }
        let hasControl = name.unicodeScalars.contains { $0.properties.generalCategory == .control }
        return hasControl ? "A name has no control characters" : nil
    }
}
