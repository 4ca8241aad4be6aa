// swift-tools-version: 6.2

import PackageDescription

/// One row of the layer table: a module, and the modules below it that it may import.
struct Layer {
    let name: String
    let below: [String]

    init(_ name: String, on below: [String] = []) {
        self.name = name
        self.below = below
    }
}

/// The layer table, lowest first.
///
/// A module imports only what stands above it in this list, and of that only what its row names.
/// Products and targets are derived from it, and LayeringTests hold the sources against it.
let layers = [
    Layer("StoreCore"),
    Layer("StoreSupervision"),
    Layer("StoreFoundation", on: ["StoreCore"]),
    Layer("StoreEvents", on: ["StoreCore", "StoreSupervision"]),
    Layer("StoreTransactions", on: ["StoreCore"]),
    Layer("StoreTTL", on: ["StoreCore", "StoreSupervision"]),
    Layer("StoreReactive", on: ["StoreCore"]),
    Layer("StoreTesting", on: ["StoreCore"]),
]

/// The test suites, and what each imports besides the testing library.
let suites = [
    Layer("StoreCoreTests", on: ["StoreCore", "StoreTesting", "TestSupport"]),
    Layer("StoreFoundationTests", on: ["StoreCore", "StoreFoundation", "StoreTesting"]),
    Layer("StoreSupervisionTests", on: ["StoreSupervision", "StoreTesting", "TestSupport"]),
    Layer(
        "StoreEventsTests",
        on: ["StoreCore", "StoreSupervision", "StoreEvents", "StoreTesting", "TestSupport"]),
    Layer(
        "StoreTransactionsTests",
        on: ["StoreCore", "StoreTransactions", "StoreTesting", "TestSupport"]),
    Layer(
        "StoreTTLTests",
        on: ["StoreCore", "StoreTransactions", "StoreTTL", "StoreTesting", "TestSupport"]),
    Layer(
        "StoreReactiveTests",
        on: [
            "StoreCore", "StoreFoundation", "StoreTransactions", "StoreTTL", "StoreReactive",
            "StoreTesting", "TestSupport",
        ]),
    Layer("StorefrontTests", on: ["StoreCore", "StoreTTL", "StoreTesting", "storefront"]),
    Layer("LayeringTests"),
]

/// Language mode 6, and the features that are the default in the mode after it.
let houseSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    // What only tests use. `Scripts/test --full` defines it for its release build too.
    .define("STRATA_CHECKS", .when(configuration: .debug)),
]

/// What a package gets that asks for nothing.
///
/// The examples, the guides' code and the extension-point tests are compiled this way, so that they
/// stay code which a stranger could have written.
let strangerSettings: [SwiftSetting] = [.swiftLanguageMode(.v6)]

extension Layer {
    var dependencies: [Target.Dependency] {
        below.map { .target(name: $0) }
    }

    var product: Product {
        .library(name: name, targets: [name])
    }

    var module: Target {
        .target(
            name: name,
            dependencies: dependencies,
            path: "Modules/\(name)",
            swiftSettings: houseSettings
        )
    }

    var suite: Target {
        .testTarget(
            name: name,
            dependencies: dependencies,
            path: "Tests/\(name)",
            swiftSettings: houseSettings
        )
    }
}

let package = Package(
    name: "Strata",
    platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .watchOS(.v11), .visionOS(.v2)],
    products: layers.map(\.product),
    targets: layers.map(\.module) + suites.map(\.suite) + [
        // What several suites share: how much they try, and how long they wait.
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: houseSettings),
        .testTarget(
            name: "ExtensionPointTests",
            dependencies: ["StoreCore"],
            path: "Tests/ExtensionPointTests",
            swiftSettings: strangerSettings
        ),
        .testTarget(
            name: "GuideTests",
            dependencies: [
                "StoreCore", "StoreFoundation", "StoreSupervision", "StoreEvents",
                "StoreTransactions", "StoreTTL", "StoreReactive", "StoreTesting",
            ],
            path: "Tests/GuideTests",
            swiftSettings: strangerSettings
        ),
        .executableTarget(
            name: "storefront",
            dependencies: [
                "StoreCore", "StoreEvents", "StoreTransactions", "StoreTTL", "StoreReactive",
                "StoreTesting",
            ],
            path: "Examples/Storefront",
            exclude: ["README.md", "expected-output.txt", "expected-output--live.txt"],
            resources: [.copy("Data")],
            swiftSettings: strangerSettings
        ),
        .executableTarget(
            name: "eventPatterns",
            dependencies: ["StoreCore", "StoreEvents"],
            path: "Examples/EventPatterns",
            exclude: ["README.md", "expected-output.txt"],
            swiftSettings: strangerSettings
        ),
    ]
)
