import Foundation
import Testing

@testable import storefront

@Suite struct `The command line` {
    @Test func `asks for the report where it says nothing`() throws {
        let options = try Options([])
        #expect(!options.isLive)
        #expect(options.folder == nil)
    }

    @Test func `may name a folder, a pace and the plain dashboard in any order`() throws {
        let options = try Options(["--speed", "2.5", "some/folder", "--plain", "--live"])
        #expect(options.isLive)
        #expect(options.isPlain)
        #expect(options.speed == 2.5)
        #expect(options.folder == URL(filePath: "some/folder"))
    }

    @Test(arguments: [
        ["--live", "--speed"], ["--live", "--speed", "fast"], ["--live", "--speed", "0"],
        ["--live", "--speed", "nan"],
        ["--live", "--speed", "inf"], ["--speed", "5"], ["--plain"], ["--lively"], ["one", "two"],
    ])
    func `is refused where it asks for what there is not`(arguments: [String]) {
        #expect(throws: UsageError.self) { try Options(arguments) }
    }
}
