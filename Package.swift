// swift-tools-version: 6.3
import PackageDescription

let package = Package(
  name: "Graft",
  platforms: [.macOS(.v13), .iOS(.v16), .tvOS(.v16), .watchOS(.v9)],
  products: [
    .library(name: "GraftTensor", targets: ["GraftTensor"]),
    .library(name: "GraftAutograd", targets: ["GraftAutograd"]),
    .library(name: "GraftData", targets: ["GraftData"]),
    .library(name: "GraftMetrics", targets: ["GraftMetrics"]),
    .library(name: "GraftNN", targets: ["GraftNN"]),
    .library(name: "GraftOptim", targets: ["GraftOptim"]),
    .library(name: "GraftModels", targets: ["GraftModels"]),
    .library(name: "GraftTransfer", targets: ["GraftTransfer"]),
    .library(name: "GraftTune", targets: ["GraftTune"]),
    .library(name: "Graft", targets: ["Graft"]),
    .executable(name: "quickstart", targets: ["quickstart"]),
    .executable(name: "tune-digits", targets: ["tune-digits"]),
    .executable(name: "finetune-images", targets: ["finetune-images"]),
    .executable(name: "finetune-text", targets: ["finetune-text"]),
    .executable(name: "finetune-entities", targets: ["finetune-entities"]),
    .executable(name: "generate", targets: ["generate"]),
    .executable(name: "augmentation-gallery", targets: ["augmentation-gallery"]),
    .executable(name: "rank-models", targets: ["rank-models"]),
    .executable(name: "graft-benchmarks", targets: ["graft-benchmarks"]),
  ],
  traits: [
    .trait(
      name: "ImageFiles",
      description: "Decodes JPEG and PNG files with the system's libjpeg-turbo and libpng.")
  ],
  targets: [
    .target(name: "CGraftKernels"),
    .target(name: "GraftTensor", dependencies: ["CGraftKernels"]),
    .target(name: "GraftAutograd", dependencies: ["GraftTensor"]),
    .target(name: "GraftNN", dependencies: ["GraftAutograd"]),
    .target(name: "GraftOptim", dependencies: ["GraftNN"]),
    .testTarget(name: "GraftOptimTests", dependencies: ["GraftOptim"], exclude: ["Fixtures"]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"]), .yum(["zlib-devel"])]),
    .systemLibrary(
      name: "CJPEG", pkgConfig: "libjpeg",
      providers: [.apt(["libjpeg-dev"]), .brew(["jpeg-turbo"]), .yum(["libjpeg-turbo-devel"])]),
    .systemLibrary(
      name: "CPNG", pkgConfig: "libpng",
      providers: [.apt(["libpng-dev"]), .brew(["libpng"]), .yum(["libpng-devel"])]),
    .target(
      name: "CImageFiles",
      dependencies: [
        .target(name: "CJPEG", condition: .when(traits: ["ImageFiles"])),
        .target(name: "CPNG", condition: .when(traits: ["ImageFiles"])),
      ],
      cSettings: [.define("GRAFT_IMAGE_FILES", .when(traits: ["ImageFiles"]))]),
    .target(name: "GraftData", dependencies: ["GraftTensor", "CZlib", "CImageFiles"]),
    .target(name: "GraftMetrics", dependencies: ["GraftTensor"]),
    .target(name: "GraftModels", dependencies: ["GraftNN", "GraftData"]),
    .testTarget(
      name: "GraftDataTests", dependencies: ["GraftData", "CZlib"], exclude: ["Fixtures"]),
    .testTarget(
      name: "GraftMetricsTests", dependencies: ["GraftMetrics"], exclude: ["Fixtures"]),
    .testTarget(
      name: "GraftTensorTests", dependencies: ["GraftTensor"], exclude: ["Fixtures"]),
    .testTarget(
      name: "GraftAutogradTests", dependencies: ["GraftAutograd"], exclude: ["Fixtures"]),
    .testTarget(
      name: "GraftNNTests", dependencies: ["GraftNN"], exclude: ["Fixtures"]),
    .target(
      name: "GraftTransfer", dependencies: ["GraftNN", "GraftOptim", "GraftData", "GraftMetrics"]),
    .testTarget(name: "GraftTransferTests", dependencies: ["GraftTransfer"], exclude: ["Fixtures"]),
    .testTarget(
      name: "GraftModelsTests", dependencies: ["GraftModels", "GraftOptim", "GraftTransfer"],
      exclude: ["Fixtures"]),
    .target(name: "GraftTune", dependencies: ["GraftMetrics", "GraftTransfer"]),
    .executableTarget(name: "study-worker", dependencies: ["GraftTune"], path: "Tests/StudyWorker"),
    .testTarget(
      name: "GraftTuneTests", dependencies: ["GraftTune", "GraftTransfer", "study-worker"],
      exclude: ["Fixtures"]),
    .target(
      name: "Graft",
      dependencies: [
        "GraftTensor", "GraftAutograd", "GraftNN", "GraftOptim", "GraftData", "GraftMetrics", "GraftTransfer",
        "GraftModels", "GraftTune",
      ]),
    .testTarget(name: "GraftTests", dependencies: ["Graft"]),
    .target(
      name: "DigitTask", dependencies: ["Graft"], path: "Examples/DigitTask",
      resources: [.copy("Resources")]),
    .executableTarget(
      name: "quickstart", dependencies: ["Graft", "DigitTask"], path: "Examples/Quickstart"),
    .executableTarget(
      name: "tune-digits", dependencies: ["Graft", "DigitTask", "ExampleSupport"], path: "Examples/TuneDigits"
    ),
    .target(name: "ExampleSupport", path: "Examples/Support"),
    .executableTarget(
      name: "finetune-images", dependencies: ["Graft", "ExampleSupport"], path: "Examples/FinetuneImages"),
    .executableTarget(
      name: "finetune-text", dependencies: ["Graft", "ExampleSupport"], path: "Examples/FinetuneText"),
    .executableTarget(
      name: "finetune-entities", dependencies: ["Graft", "ExampleSupport"], path: "Examples/FinetuneEntities"),
    .executableTarget(
      name: "generate", dependencies: ["Graft", "ExampleSupport"], path: "Examples/Generate"),
    .executableTarget(
      name: "augmentation-gallery", dependencies: ["Graft", "ExampleSupport"],
      path: "Examples/AugmentationGallery"),
    .executableTarget(
      name: "rank-models", dependencies: ["Graft", "ExampleSupport"], path: "Examples/RankModels"),
    .executableTarget(
      name: "graft-benchmarks", dependencies: ["Graft", "CGraftKernels"], path: "Benchmarks/Graft"),
    .executableTarget(name: "tune-regret", dependencies: ["GraftTune"], path: "Benchmarks/TuneRegret"),
    .executableTarget(name: "parity", dependencies: ["Graft"], path: "Tests/Parity/Models"),
    .testTarget(name: "GraftBenchmarksTests", dependencies: ["graft-benchmarks"]),
  ]
)
