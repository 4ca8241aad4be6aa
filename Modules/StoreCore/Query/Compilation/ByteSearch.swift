/// Whether the UTF-8 bytes of `part` occur in those of `whole`, in a row.
///
/// - Complexity: O(n) on average, O(n · m) at worst.
func bytesContain(_ whole: String, _ part: String) -> Bool {
    var whole = whole
    var part = part
    return whole.withUTF8 { whole in
        part.withUTF8 { part in
            guard let first = part.first else { return true }
            guard whole.count >= part.count else { return false }
            var start = 0
            let last = whole.count - part.count
            search: while start <= last {
                guard whole[start] == first else {
                    start += 1
                    continue
                }
                for offset in 1..<max(part.count, 1) where whole[start + offset] != part[offset] {
                    start += 1
                    continue search
                }
                return true
            }
            return false
        }
    }
}
