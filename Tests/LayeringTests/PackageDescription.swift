import Foundation

/// The package as SwiftPM understands it, from `swift package describe --type json`.
struct PackageDescription: Decodable, Sendable {
    struct Dependency: Decodable, Sendable {}

    struct Product: Decodable, Sendable {
        let name: String
        let targets: [String]
    }

    struct Target: Decodable, Sendable {
        let name: String
        let path: String
        let type: String
        let targetDependencies: [String]?
        let productDependencies: [String]?
    }

    let dependencies: [Dependency]
    let products: [Product]
    let targets: [Target]

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private static let answer = Result { try ask() }

    /// The description of this package, asked for once.
    static func current() throws -> PackageDescription {
        try answer.get()
    }

    /// Asks SwiftPM, which reads the manifest only: it needs neither a build nor the network.
    ///
    /// It gets a scratch folder of its own, because `swift test` holds the lock of the usual one
    /// for as long as this test runs.
    private static func ask() throws -> PackageDescription {
        let scratch = FileManager.default.temporaryDirectory
            .appending(path: "strata-describe-\(ProcessInfo.processInfo.processIdentifier)")
        defer { try? FileManager.default.removeItem(at: scratch) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "swift", "package", "--scratch-path", scratch.path(percentEncoded: false),
            "describe", "--type", "json",
        ]
        process.currentDirectoryURL = Repository.root
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let json = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(
                description: "swift package describe failed: run it by hand to see what is wrong")
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(PackageDescription.self, from: json)
    }
}
