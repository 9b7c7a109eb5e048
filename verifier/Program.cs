using Federated.Verifier;

return Verification.Run(args, Console.Out, Console.Error);
