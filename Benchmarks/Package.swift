// swift-tools-version: 6.2

import PackageDescription

/// Peers and heavy tools stand here and not in the library's manifest: they never reach a user.
let package = Package(
    name: "Benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "Strata", path: ".."),
        .package(url: "https://github.com/ordo-one/benchmark", exact: "1.38.1", traits: []),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    ],
    targets: [
        .target(name: "CAllocator", path: "CAllocator"),
        .target(
            name: "Measuring",
            dependencies: ["CAllocator", .product(name: "Benchmark", package: "benchmark")],
            path: "Measuring"
        ),
        .executableTarget(
            name: "CoreBenchmarks",
            dependencies: [
                "Measuring",
                .product(name: "StoreCore", package: "Strata"),
                .product(name: "Benchmark", package: "benchmark"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            path: "Core"
        ),
        .executableTarget(
            name: "QueryBenchmarks",
            dependencies: [
                "Measuring",
                .product(name: "StoreCore", package: "Strata"),
                .product(name: "Benchmark", package: "benchmark"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            path: "Query"
        ),
        .executableTarget(
            name: "TypedBenchmarks",
            dependencies: [
                "Measuring",
                .product(name: "StoreCore", package: "Strata"),
                .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "Typed"
        ),
        .executableTarget(
            name: "EventsBenchmarks",
            dependencies: [
                "Measuring",
                .product(name: "StoreCore", package: "Strata"),
                .product(name: "StoreEvents", package: "Strata"),
                .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "Events"
        ),
        .executableTarget(
            name: "TransactionsBenchmarks",
            dependencies: [
                "Measuring",
                .product(name: "StoreCore", package: "Strata"),
                .product(name: "StoreTransactions", package: "Strata"),
                .product(name: "Benchmark", package: "benchmark"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            path: "Transactions"
        ),
        .executableTarget(
            name: "TTLBenchmarks",
            dependencies: [
                "Measuring",
                .product(name: "StoreCore", package: "Strata"),
                .product(name: "StoreTTL", package: "Strata"),
                .product(name: "StoreTesting", package: "Strata"),
                .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "TTL"
        ),
        .executableTarget(
            name: "ReactiveBenchmarks",
            dependencies: [
                "Measuring",
                .product(name: "StoreCore", package: "Strata"),
                .product(name: "StoreReactive", package: "Strata"),
                .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "Reactive"
        ),
    ]
)
