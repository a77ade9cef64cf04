import { t } from '../strings.ts';
import { Icon } from './icon.tsx';

/** The demo library, offered wherever somebody may be without music. It leads to a page without the frame, so that is loaded whole. */
export const DemoOffer = () => (
  <form class="panel offer" method="post" action="/welcome/demo" data-tint="3" hx-boost="false">
    <h2>{t.setup.demoHeading}</h2>
    <p class="dim">{t.setup.demoText}</p>
    <div class="row">
      <button class="btn line" type="submit">
        <Icon name="disc-3" />
        {t.setup.demoButton}
      </button>
    </div>
  </form>
);
