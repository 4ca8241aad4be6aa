import Testing

@Suite struct `Tidiness` {
    /// Named in pieces, so that this file does not find itself.
    private static let sleeps =
        ["Task.", "Thread.", "u", "nano"].map { $0 + "sleep" } + [
            "sleep(" + "for"
        ]

    @Test func `no test and no example sleeps`() {
        for file in ["Tests", "Examples"].flatMap({
            Repository.files(under: $0, endings: [".swift"])
        }) {
            for (index, line) in file.lines.enumerated()
            where Self.sleeps.contains(where: { line.contains($0) }) {
                Issue.record("\(file.path):\(index + 1) sleeps; wait for a condition instead")
            }
        }
    }

    @Test func `no file names a place on somebody's machine`() throws {
        let place = try Regex(#"(^|[\s"'`(=:])/(home|Users|root|work|opt|private|mnt)/\w"#)
        for file in Repository.files(under: "") {
            for (index, line) in file.lines.enumerated() where line.contains(place) {
                Issue.record("\(file.path):\(index + 1): \(line)")
            }
        }
    }

    /// Checks that depend on the optimizer are not there in the full run of `Scripts/test`, which is a release build.
    @Test func `no check goes with the debug build`() throws {
        let check = try Regex(#"#if.*\bDEBUG\b|\b(assert|assertionFailure|debugOnly)\("#)
        for file in Repository.files(under: "Modules", endings: [".swift"]) {
            for (index, line) in file.lines.enumerated() where line.contains(check) {
                Issue.record("\(file.path):\(index + 1) wants STRATA_CHECKS or a precondition")
            }
        }
    }

    @Test(arguments: [("Modules", 500), ("Examples", 150), ("Tests", 700)])
    func `files stay short enough to be read`(folder: String, linesMax: Int) {
        for file in Repository.files(under: folder, endings: [".swift"]) {
            #expect(file.lines.count - 1 <= linesMax, "\(file) wants a second room")
        }
    }

    @Test func `folders are named by nouns`() {
        let vague: Set<Substring> = ["Utils", "Helpers", "Common", "Misc", "Internal", "New"]
        for file in Repository.files(under: "", endings: [".swift"]) {
            let folders = file.path.split(separator: "/").dropLast()
            #expect(vague.isDisjoint(with: folders), "\(file)")
            #expect(!file.path.contains(" "), "\(file)")
        }
    }
}
