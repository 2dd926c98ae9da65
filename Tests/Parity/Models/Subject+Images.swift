import Graft

extension Subject {
  /// A network for images, without dropout, so that its training can be compared.
  init(images family: String, member: String, _ request: Request) throws {
    let classes = request.classes ?? 1000
    if family == "inception" {
      let inception = InceptionV3(classes: classes, dropout: 0)
      try self.init(inception, from: request) { inception($0.values($1)) }
      auxiliaryOutputs = { inputs, batch in
        let (output, auxiliary) = inception.logitsAndAuxiliary(inputs.values(batch))
        return (output, auxiliary)
      }
      return
    }
    guard let model = Subject.network(family, member, classes: classes) else {
      throw Refusal("there is no network \(family) \(member)")
    }
    // timm's files come as they are; what torchvision calls otherwise is renamed.
    let mapping = family == "vit" ? KeyMapping.torchvisionVisionTransformer : .identity
    try self.init(model, from: request, mapping: mapping) { model($0.values($1)) }
  }

  private static func network(_ family: String, _ member: String, classes: Int) -> (any TransferableModel)? {
    switch family {
    case "resnet": return residualNetworks[member].map { ResNet($0, classes: classes) }
    case "cifar-resnet":
      return Int(member).flatMap(CIFARResNet.Configuration.init).map { CIFARResNet($0, classes: classes) }
    case "vgg": return vggs[member].map { VGG($0, classes: classes, dropout: 0) }
    case "squeezenet": return squeezeNets[member].map { SqueezeNet($0, classes: classes, dropout: 0) }
    case "mobilenet_v2":
      return Double(member).map { MobileNetV2(width: $0, classes: classes, dropout: 0) }
    case "vit":
      // "base16-160": for images of 160×160.
      let words = member.split(separator: "-").map(String.init)
      guard words.count == 2, let size = Int(words[1]) else { return nil }
      return visionTransformers[words[0]].map {
        VisionTransformer($0.forImages(of: size), classes: classes)
      }
    default: return nil
    }
  }

  private static let residualNetworks: [String: ResNet.Configuration] = [
    "18": .resNet18, "34": .resNet34, "50": .resNet50, "101": .resNet101, "152": .resNet152,
    "next50": .resNeXt50, "wide50": .wideResNet50,
  ]

  private static let vggs: [String: VGG.Configuration] = [
    "11": .vgg11, "13": .vgg13, "16": .vgg16, "19": .vgg19,
    "11_bn": .vgg11BN, "13_bn": .vgg13BN, "16_bn": .vgg16BN, "19_bn": .vgg19BN,
  ]

  private static let squeezeNets: [String: SqueezeNet.Configuration] = [
    "1_0": .squeezeNet10, "1_1": .squeezeNet11,
  ]

  private static let visionTransformers: [String: VisionTransformer.Configuration] = [
    "base16": .base16, "base32": .base32, "large16": .large16,
  ]
}
