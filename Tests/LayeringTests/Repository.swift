import Foundation

/// The files of this repository, as the tests in this folder look at them.
enum Repository {
    /// The folder that Package.swift stands in.
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Whatever builds and version control leave behind is nobody's source.
    private static let ignoredFolders: Set<String> = [".build", ".git", ".swiftpm", ".index-build"]

    /// One file: its path from the root, and its text.
    struct File: Sendable, CustomStringConvertible {
        let path: String
        let text: String

        var description: String { path }
        var name: String { path.split(separator: "/").last.map(String.init) ?? path }
        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

        /// The modules that this file imports, each with the line it stands on.
        var imports: [(module: String, line: Int)] {
            lines.enumerated().compactMap { index, line in
                let words = line.split(separator: " ")
                guard let place = words.firstIndex(of: "import"), place + 1 < words.count,
                    words[..<place].allSatisfy({ importPrefixes.contains(String($0)) })
                else { return nil }
                let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var"]
                let rest = words[(place + 1)...].drop { kinds.contains($0) }
                guard let path = rest.first, let module = path.split(separator: ".").first else {
                    return nil
                }
                return (String(module), index + 1)
            }
        }
    }

    private static let importPrefixes: Set<String> = [
        "public", "internal", "private", "fileprivate", "package", "@testable", "@preconcurrency",
        "@_exported",
    ]

    /// The text files under a folder, in the order of their paths.
    ///
    /// - Parameters:
    ///   - folder: A path from the root; the empty string is the root itself.
    ///   - endings: The endings of the names wanted; nil takes every file that is UTF-8 text.
    /// - Returns: Nothing when there is no such folder.
    static func files(under folder: String, endings: [String]? = nil) -> [File] {
        let start = folder.isEmpty ? root : root.appending(path: folder)
        let prefix = root.path(percentEncoded: false)
        guard
            let walk = FileManager.default.enumerator(
                at: start, includingPropertiesForKeys: [.isRegularFileKey])
        else { return [] }
        var found: [File] = []
        while let url = walk.nextObject() as? URL {
            if ignoredFolders.contains(url.lastPathComponent) {
                walk.skipDescendants()
                continue
            }
            let isFile = try? url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile
            let isWanted = endings?.contains { url.lastPathComponent.hasSuffix($0) } ?? true
            guard isFile == true, isWanted, let data = try? Data(contentsOf: url),
                let text = String(validating: data, as: UTF8.self)
            else { continue }
            let path = url.path(percentEncoded: false)
            found.append(File(path: String(path.dropFirst(prefix.count)), text: text))
        }
        return found.sorted { $0.path < $1.path }
    }
}
