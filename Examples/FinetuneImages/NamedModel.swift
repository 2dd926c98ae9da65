import ExampleSupport
import Graft

/// A network of the library under the name that the command line has for it: how it is made, and what its weights expect.
struct NamedModel {
  /// What reports call it.
  private(set) var title: String
  /// Height and width of its images; `nil` for the networks of CIFAR's 32×32.
  private(set) var side: Int?
  /// The standardisation that the weights were trained with.
  private(set) var normalization: Normalization
  /// How photographs become the input of a network of photographs, at its side and with its standardisation: the short side keeps its
  /// proportion to the crop.
  var preprocessing: ImagePreprocessing? {
    guard let side, let published else { return nil }
    return ImagePreprocessing(
      shortSide: side * published.shortSide / published.cropSide, cropSide: side, filter: published.filter,
      normalization: normalization)
  }
  private let published: ImagePreprocessing?
  private let mapping: KeyMapping
  /// The smallest images that leave something for the last layer to see.
  private let leastSide: Int
  /// What the side has to be a multiple of.
  private let sideStep: Int
  private let make: (_ classes: Int, _ seed: UInt64) -> any TransferableModel

  private init(
    _ title: String, _ preprocessing: ImagePreprocessing?, mapping: KeyMapping = .identity,
    leastSide: Int = 32, sideStep: Int = 1,
    make: @escaping (_ classes: Int, _ seed: UInt64) -> any TransferableModel
  ) {
    self.title = title
    published = preprocessing
    side = preprocessing?.cropSide
    // The CIFAR networks' published weights were learned with ImageNet's statistics, not CIFAR's own.
    normalization = preprocessing?.normalization ?? .imageNet
    self.mapping = mapping
    self.leastSide = leastSide
    self.sideStep = sideStep
    self.make = make
  }

  /// The network that a command line asks for.
  init(_ options: Options) throws {
    guard options.width == nil || options.model == "mobilenet-v2" else {
      throw Mistake("--width goes with --model mobilenet-v2")
    }
    guard let named = NamedModel.named(options.model, width: options.width ?? 1) else {
      throw Mistake("there is no model \(options.model); --help lists them")
    }
    self = named
    if let colours = options.colours { normalization = colours.normalization }
    guard let preset = named.side else {
      if options.side != nil { throw Mistake("\(options.model) takes images of 32×32: leave --side out") }
      return
    }
    let side = options.side ?? preset
    guard side >= leastSide, side % sideStep == 0 else {
      let step = sideStep > 1 ? ", a multiple of \(sideStep)" : ""
      throw Mistake("\(options.model) needs a --side of at least \(leastSide)\(step), not \(side)")
    }
    self.side = side
    title += " on images of \(side)×\(side)"
  }

  /// The network with the weights of a checkpoint, or with fresh ones.
  func model(
    classes: Int, seed: UInt64 = 0, from checkpoint: Checkpoint? = nil,
    allowing tolerance: LoadTolerance = .newHead, report: (LoadReport) -> Void = { _ in }
  ) throws -> any TransferableModel {
    let model = make(classes, seed)
    if let checkpoint {
      report(try model.load(checkpoint, mapping: mapping, allowing: tolerance))
    }
    // Positions are published for one size; they are resampled only once they are there.
    if let side { (model as? VisionTransformer)?.resizeImages(height: side, width: side) }
    return model
  }

  private static func named(_ name: String, width: Double) -> NamedModel? {
    if let configuration = small[name] {
      // The published files come from models inside `DataParallel`, whose keys begin so.
      return NamedModel(
        "ResNet-\(configuration.rawValue)", nil, mapping: .strippingPrefix("module.")
      ) { CIFARResNet(configuration, classes: $0, seed: $1) }
    }
    if let configuration = residual[name] {
      return NamedModel(name, configuration.preprocessing) { ResNet(configuration, classes: $0, seed: $1) }
    }
    if let configuration = plain[name] {
      return NamedModel(name, configuration.preprocessing, mapping: .timmVGG) {
        VGG(configuration, classes: $0, seed: $1)
      }
    }
    if let configuration = squeezed[name] {
      return NamedModel(name, configuration.preprocessing) {
        SqueezeNet(configuration, classes: $0, seed: $1)
      }
    }
    if let configuration = transformers[name] {
      let patch = configuration.patchSize
      return NamedModel(
        name, VisionTransformer.preprocessing, mapping: .torchvisionVisionTransformer,
        sideStep: patch
      ) { VisionTransformer(configuration, classes: $0, seed: $1) }
    }
    switch name {
    case "inception-v3":
      return NamedModel(name, InceptionV3.preprocessing, leastSide: 75) {
        InceptionV3(classes: $0, seed: $1)
      }
    case "mobilenet-v2":
      let title = width == 1 ? name : "\(name) of width \(width)"
      return NamedModel(title, MobileNetV2.preprocessing) {
        MobileNetV2(width: width, classes: $0, seed: $1)
      }
    default: return nil
    }
  }

  private static let small: [String: CIFARResNet.Configuration] = Dictionary(
    uniqueKeysWithValues: CIFARResNet.Configuration.allCases.map { ("resnet\($0.rawValue)", $0) })

  private static let residual: [String: ResNet.Configuration] = [
    "resnet18": .resNet18, "resnet34": .resNet34, "resnet50": .resNet50, "resnet101": .resNet101,
    "resnet152": .resNet152, "wide-resnet50": .wideResNet50, "resnext50": .resNeXt50,
  ]

  private static let plain: [String: VGG.Configuration] = [
    "vgg11": .vgg11, "vgg13": .vgg13, "vgg16": .vgg16, "vgg19": .vgg19,
    "vgg11-bn": .vgg11BN, "vgg13-bn": .vgg13BN, "vgg16-bn": .vgg16BN, "vgg19-bn": .vgg19BN,
  ]

  private static let squeezed: [String: SqueezeNet.Configuration] = [
    "squeezenet1.0": .squeezeNet10, "squeezenet1.1": .squeezeNet11,
  ]

  private static let transformers: [String: VisionTransformer.Configuration] = [
    "vit-b-16": .base16, "vit-b-32": .base32, "vit-l-16": .large16,
  ]
}
