import Graft

extension Subject {
  /// A network for images, of whose training no chance is part.
  init(images family: String, member: String, _ request: Request) throws {
    let classes = request.classes ?? 1000
    let model: any TransferableModel
    switch (family, member) {
    case ("resnet", "18"): model = ResNet(.resNet18, classes: classes)
    case ("resnet", "34"): model = ResNet(.resNet34, classes: classes)
    case ("resnet", "50"): model = ResNet(.resNet50, classes: classes)
    case ("resnet", "101"): model = ResNet(.resNet101, classes: classes)
    case ("resnet", "152"): model = ResNet(.resNet152, classes: classes)
    case ("cifar-resnet", _):
      guard let depth = Int(member), let configuration = CIFARResNet.Configuration(rawValue: depth) else {
        throw Refusal("there is no CIFAR ResNet of depth \(member)")
      }
      model = CIFARResNet(configuration, classes: classes)
    case ("inception", _):
      let inception = InceptionV3(classes: classes, dropout: 0)
      try self.init(inception, from: request) { inception($0.values($1)) }
      auxiliaryOutputs = { inputs, batch in
        let (output, auxiliary) = inception.logitsAndAuxiliary(inputs.values(batch))
        return (output, auxiliary)
      }
      return
    default: throw Refusal("there is no network \(family) \(member)")
    }
    try self.init(model, from: request) { model($0.values($1)) }
  }
}
