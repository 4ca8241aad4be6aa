import Testing

/// Whatever code the README and the guides show is compiled and run: every block of it stands, line
/// by line, in a file of GuideTests.
@Suite struct `Code in the guides` {
    /// A block of code in a Markdown file.
    struct Block: Sendable, CustomTestStringConvertible {
        let file: String
        let line: Int
        let code: [Substring]

        var testDescription: String { "\(file):\(line)" }
    }

    static let blocks: [Block] = {
        let guides = Repository.files(under: "Modules", endings: [".md"])
        let readme = Repository.files(under: "", endings: ["README.md"])
            .filter { $0.path == "README.md" }
        return (readme + guides).flatMap(blocks(of:))
    }()

    private static let compiled = Repository.files(
        under: "Tests/GuideTests", endings: [".swift"])

    @Test func `is found`() {
        let files = Set(Self.blocks.map(\.file))
        #expect(files.contains("README.md"))
        #expect(files.contains { $0.hasSuffix("StoreCore.docc/StoreCore.md") })
    }

    @Test(arguments: blocks) func `is compiled`(block: Block) {
        // A part of a manifest is not the code of a program.
        guard block.code.first?.hasPrefix("dependencies: [.package(") == false else { return }
        let imports = block.code.prefix { $0.isEmpty || $0.hasPrefix("import ") }
        let body = block.code.dropFirst(imports.count)
        let isThere = Self.compiled.contains { file in
            imports.allSatisfy(file.lines.contains) && Self.stands(body, in: file.lines)
        }
        #expect(isThere, "put this code into a file of Tests/GuideTests, as it stands here")
    }

    private static func blocks(of file: Repository.File) -> [Block] {
        var found: [Block] = []
        var start: Int?
        let lines = file.lines
        for (index, line) in lines.enumerated() {
            if let first = start, line == "```" {
                let code = Array(lines[first..<index])
                found.append(Block(file: file.path, line: first, code: code))
                start = nil
            } else if start == nil, line == "```swift" {
                start = index + 1
            }
        }
        return found
    }

    /// Whether lines stand in a file one after the other, all of them indented by as much.
    private static func stands(_ code: ArraySlice<Substring>, in lines: [Substring]) -> Bool {
        guard let first = code.first, code.count <= lines.count else { return false }
        return (0...(lines.count - code.count)).contains { start in
            guard lines[start].hasSuffix(first) else { return false }
            let indent = lines[start].dropLast(first.count)
            guard indent.allSatisfy({ $0 == " " }) else { return false }
            return zip(lines[start...], code).allSatisfy { line, wanted in
                line == (wanted.isEmpty ? "" : indent + wanted)
            }
        }
    }
}
