using Farthing.Gateway.Configuration;
using Farthing.Ledger.Prices;

namespace Farthing.Gateway.Booking;

/// <summary>What a provider's models are priced as: <c>llm/PRICE_AS/MODEL</c>; where the provider has a region that the book prices apart, <c>llm/PRICE_AS/REGION/MODEL</c>.</summary>
/// <param name="provider">The provider as configured.</param>
/// <param name="book">The prices.</param>
public sealed class PriceNames(ProviderOptions provider, PriceBook book)
{
    /// <summary>The resource of a model. Whether anything prices it is another question.</summary>
    /// <param name="model">The model as it is called.</param>
    /// <param name="at">When.</param>
    public string Of(string model, DateTimeOffset at)
    {
        var name = provider.PriceModels.GetValueOrDefault(model, model);
        if (provider.Region.Length > 0)
        {
            var regional = $"llm/{provider.PriceAs}/{provider.Region}/{name}";
            if (book.Find(regional, Meters.InputTokens, at) is not null)
            {
                return regional;
            }
        }

        return $"llm/{provider.PriceAs}/{name}";
    }
}
